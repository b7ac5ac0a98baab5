// Convolutions with windows, and pooling.
#include <cstdint>
#include <string>
#include <vector>

#include "kernels.h"
#include "kernels/measure.h"
#include "tensor.h"

namespace filigree::bench {

void benchConvHwc() {
  struct Shape {
    size_t outputs, size, kernel;
  };
  constexpr Shape kShapes[] = {{32, 96, 3}, {24, 64, 5}, {16, 128, 3}, {16, 112, 3}};
  constexpr size_t kChannels = 3;
  for (const ConvHwcKernel& kernel : simdKernels().convHwc) {
    for (const auto& [outputs, size, window] : kShapes) {
      const size_t inputRow = (2 * size + window) * kChannels;
      const size_t inputRows = 2 * size + window;
      const size_t taps = window * window * kChannels;
      const size_t copies = copiesFor(inputRow * inputRows + outputs * size * size);
      Buffers input(copies, inputRow * inputRows);
      Buffers output(copies, outputs * size * size);
      Buffers weights(1, (outputs + kernel.rowBlock) * (taps + 1));
      measure(kernel.name,
              std::to_string(window) + "x" + std::to_string(window) + "s2 3x" +
                  std::to_string(outputs) + "x" + std::to_string(size * size),
              static_cast<double>(taps * outputs * size * size), "GMAC/s", copies,
              [&](size_t copy) {
                for (size_t row = 0; row < size; ++row) {
                  const float* rows[5];
                  for (size_t y = 0; y < window; ++y) {
                    rows[y] = input[copy] + (2 * row + y) * inputRow;
                  }
                  kernel.run({.outputChannels = outputs,
                              .columns = size,
                              .kernelHeight = window,
                              .kernelWidth = window,
                              .inputChannels = kChannels,
                              .strideX = 2,
                              .sourceRows = rows,
                              .weights = weights[0],
                              .output = output[copy] + row * size,
                              .outputPlane = size * size,
                              .clamp = {0.0f, 6.0f}});
                }
              });
    }
  }
}

void benchWindow() {
  constexpr size_t kSizes[] = {96, 64, 48, 24, 14, 12, 7, 6};
  for (const WindowKernel& kernel : simdKernels().window) {
    const bool weighted = kernel.kind == WindowKind::Convolution;
    const size_t window = weighted ? 3 : 2;
    const size_t stride = weighted ? 1 : 2;
    for (const size_t size : kSizes) {
      const size_t phase = size + window / stride;
      const size_t pitch = phase * stride;
      const size_t floats = (size * stride + window) * pitch;
      // The copy of a plane is made just before it is used: warm.
      Buffers source(1, floats);
      const size_t channels = 32;
      const size_t copies = copiesFor(channels * size * size);
      Buffers output(copies, channels * size * size);
      Buffers weights(1, channels * window * window);
      std::vector<int32_t> taps;
      for (size_t y = 0; y < window; ++y) {
        for (size_t x = 0; x < window; ++x) {
          taps.push_back(static_cast<int32_t>(y * pitch + x % stride * phase + x / stride));
        }
      }
      measure(kernel.name, std::to_string(size) + "x" + std::to_string(size),
              static_cast<double>(window * window * channels * size * size),
              weighted ? "GMAC/s" : "G taps/s", copies, [&](size_t copy) {
                for (size_t channel = 0; channel < channels; ++channel) {
                  kernel.run({.rows = size,
                              .columns = size,
                              .source = source[0],
                              .sourceRow = stride * pitch,
                              .tapCount = taps.size(),
                              .taps = taps.data(),
                              .weights = weighted ? weights[0] + channel * taps.size() : nullptr,
                              .bias = weighted ? 0.5f : 0.0f,
                              .output = output[copy] + channel * size * size,
                              .outputRow = size,
                              .clamp = {0.0f, 6.0f}});
                }
              });
    }
  }
}

void benchDepthwise() {
  constexpr size_t kSizes[] = {96, 64, 48, 24, 14, 12, 7, 6};
  for (const DepthwiseKernel& kernel : simdKernels().depthwise) {
    const size_t window = kernel.size;
    for (const size_t size : kSizes) {
      constexpr size_t kChannels = 32;
      const size_t plane = planeStride(size, size);
      const size_t inputSize = kernel.stride * size;
      const size_t inputPlane = planeStride(inputSize, inputSize);
      const size_t copies = copiesFor(kChannels * (inputPlane + plane));
      Buffers input(copies, kChannels * inputPlane + 64);
      Buffers output(copies, kChannels * plane);
      Buffers weights(1, kChannels * (window * window + 1));
      std::vector<uint32_t> inside(window / 2, 0);
      inside.resize(inside.size() + inputSize, ~0u);
      inside.resize(inside.size() + 32, 0);
      const std::vector<float> zeros(inside.size(), 0);
      const auto taps = static_cast<double>(window * window);
      measure(kernel.name, std::to_string(size) + "x" + std::to_string(size),
              taps * static_cast<double>(kChannels * size * size), "GMAC/s", copies,
              [&](size_t copy) {
                kernel.run({.planes = kChannels,
                            .firstRow = 0,
                            .rows = size,
                            .columns = size,
                            .height = inputSize,
                            .width = inputSize,
                            .input = input[copy] + 16,
                            .inputPlane = inputPlane,
                            .top = window / 2,
                            .left = window / 2,
                            .inside = inside.data(),
                            .zeros = zeros.data(),
                            .weights = weights[0] + kChannels,
                            .bias = weights[0],
                            .output = output[copy],
                            .outputPlane = plane,
                            .clamp = {0.0f, 6.0f}});
              });
    }
  }
}

}  // namespace filigree::bench
