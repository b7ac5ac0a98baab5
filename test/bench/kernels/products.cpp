// Matrix products: 1×1 convolutions, sparse and dense, and the kernel for few pixels.
#include <cstdint>
#include <string>
#include <vector>

#include "kernels.h"
#include "kernels/measure.h"
#include "ops/matrix_weights.h"
#include "tensor.h"

namespace filigree::bench {

namespace {

struct Layer {
  size_t channels;
  size_t outputs;
  size_t pixels;
  std::string text() const {
    return std::to_string(channels) + "x" + std::to_string(outputs) + "x" + std::to_string(pixels);
  }
};

constexpr Layer kPointwise[] = {
    {8, 32, 9216},   {32, 32, 9216},   {32, 8, 9216},   {64, 64, 2304},  {36, 144, 2304},
    {128, 128, 576}, {72, 288, 576},   {128, 128, 144}, {88, 88, 144},   {256, 256, 36},
    {512, 512, 49},  {1024, 1024, 49}, {256, 256, 196}, {128, 128, 784}, {64, 128, 3136},
    {16, 64, 16384}, {128, 1, 2304},   {96, 16, 9216},
};

/// As the engine lays them out, unless --gap is given.
size_t planeOf(const Layer& layer) {
  return options.gap < 0 ? planeStride(1, layer.pixels)
                         : layer.pixels + static_cast<size_t>(options.gap);
}

}  // namespace

/// By way of MatrixWeights, which takes wide matrices in several blocks of channels.
void benchSpmm(double density, bool inPairs) {
  const Graph graph;
  const PlanContext context{graph, simdKernels(), SparseMode::Always, 1};
  for (const Layer& layer : kPointwise) {
    if (inPairs && layer.outputs % 2 != 0) continue;
    const size_t plane = planeOf(layer);
    std::vector<float> weights(layer.outputs * layer.channels, 0.0f);
    size_t nonzeros = 0;
    const size_t block = inPairs ? 2 : 1;
    for (size_t i = 0; i < weights.size() / block; ++i) {
      if (static_cast<double>(nextRandom() >> 8) / 16777216.0 >= density) continue;
      const size_t row = i / layer.channels * block;
      for (size_t r = row; r < row + block; ++r) {
        weights[r * layer.channels + i % layer.channels] = randomValue();
        ++nonzeros;
      }
    }
    Constant constant;
    constant.storage = DType::Float32;
    constant.bytes = reinterpret_cast<const uint8_t*>(weights.data());
    constant.byteCount = weights.size() * sizeof(float);
    StepReport report;
    MatrixWeights matrix;
    matrix.choose(context,
                  {.rows = layer.outputs,
                   .columns = layer.channels,
                   .nonzeros = nonzeros,
                   .pixels = layer.pixels,
                   .comeInPairs = inPairs},
                  &report);
    Buffers bias(1, layer.outputs);
    std::vector<uint8_t> packed(matrix.packedBytes());
    matrix.pack(ConstantRows(constant, layer.channels), 0, bias[0], plane, packed.data());

    const size_t copies = copiesFor((layer.channels + layer.outputs) * plane);
    Buffers input(copies, layer.channels * plane);
    Buffers output(copies, layer.outputs * plane);
    const double macs = static_cast<double>(nonzeros * layer.pixels);
    const int percent = static_cast<int>(density * 100 + 0.5);
    measure(report.kernel.c_str(), layer.text() + " " + std::to_string(percent) + "%", macs,
            "GMAC/s", copies, [&](size_t copy) {
              matrix.run(0, layer.outputs,
                         {.input = input[copy],
                          .inputPlane = plane,
                          .output = output[copy],
                          .outputPlane = plane,
                          .pixels = layer.pixels,
                          .clamp = {-6.0f, 6.0f}});
            });
  }
}

void benchGemm() {
  for (const GemmKernel& kernel : simdKernels().gemm) {
    for (const Layer& layer : kPointwise) {
      const size_t plane = planeOf(layer);
      const size_t rows = (layer.outputs + kernel.rowBlock - 1) / kernel.rowBlock * kernel.rowBlock;
      const size_t copies = copiesFor((layer.channels + layer.outputs) * plane);
      Buffers input(copies, layer.channels * plane);
      Buffers output(copies, layer.outputs * plane);
      Buffers weights(1, rows * (layer.channels + 1));
      const double macs = static_cast<double>(layer.channels * layer.outputs * layer.pixels);
      measure(kernel.name, layer.text(), macs, "GMAC/s", copies, [&](size_t copy) {
        kernel.run({.rows = layer.outputs,
                    .pixels = layer.pixels,
                    .channels = layer.channels,
                    .input = input[copy],
                    .inputPlane = plane,
                    .weights = weights[0],
                    .output = output[copy],
                    .outputPlane = plane,
                    .residual = nullptr,
                    .clamp = {-6.0f, 6.0f}});
      });
    }
  }
}

void benchGemv() {
  constexpr Layer kLayers[] = {{16, 96, 1},  {96, 16, 1},    {672, 168, 1}, {1024, 1000, 1},
                               {576, 63, 1}, {2048, 512, 1}, {256, 256, 4}, {512, 128, 9}};
  for (const GemvKernel& kernel : simdKernels().gemv) {
    for (const Layer& layer : kLayers) {
      const size_t rows = (layer.outputs + kernel.rowBlock - 1) / kernel.rowBlock * kernel.rowBlock;
      const size_t copies = copiesFor(rows * (layer.channels + 1));
      Buffers input(1, layer.channels * layer.pixels);
      Buffers output(1, layer.outputs * layer.pixels);
      Buffers weights(copies, rows * (layer.channels + 1));
      const double macs = static_cast<double>(layer.channels * layer.outputs * layer.pixels);
      measure(kernel.name, layer.text(), macs, "GMAC/s", copies, [&](size_t copy) {
        kernel.run({.rows = layer.outputs,
                    .pixels = layer.pixels,
                    .channels = layer.channels,
                    .input = input[0],
                    .inputPlane = layer.pixels,
                    .inputPixel = 1,
                    .weights = weights[copy],
                    .output = output[0],
                    .outputPlane = layer.pixels,
                    .outputPixel = 1,
                    .residual = nullptr,
                    .clamp = {-6.0f, 6.0f}});
      });
    }
  }
}

}  // namespace filigree::bench
