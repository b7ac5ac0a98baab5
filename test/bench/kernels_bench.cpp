// How fast each row of the kernel table is on layers of real models, beside the multiply-add limit
// of the same build. Prints a line per row and layer: the rate, and its share of the limit.
//
//   kernels_bench [part of a kernel's name or layer] [--rounds N] [--warm] [--gap FLOATS]
//
// After a rate comes its share of the limit, and the layer's multiply-adds in millions.
//
// Kernel and limit are sampled in turns, a few milliseconds each, and of all rounds the best of
// both counts: other work on the machine makes a sample slower, never faster. Each call works on
// other buffers than the calls before, of more than the L2 cache together, unless --warm is given.
// --gap leaves that many floats between planes.
//
// In Node, --no-liftoff compiles everything with the optimising compiler before it starts.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "kernels.h"
#include "memory.h"
#include "tensor.h"

namespace filigree {
namespace {

struct Options {
  std::string filter;
  int rounds = 25;
  bool warm = false;
  size_t gap = 0;
};
Options options;

constexpr size_t kColdBytes = 8 << 20;
constexpr double kSampleSeconds = 0.0015;

double seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// The multiply-add limit in 10⁹ per second, from the numbers of accumulators that came out best
/// before.
class Peak {
 public:
  double sample() {
    if (best_ == 0) choose();
    // Another number beside it each time, in case that the choice fell into a slow moment.
    next_ = next_ == 16 ? 8 : next_ + 1;
    return std::max(rate(best_), rate(next_));
  }

  double best() {
    double highest = 0;
    for (int round = 0; round < 5; ++round) highest = std::max(highest, sample());
    return highest;
  }

 private:
  void choose() {
    double highest = 0;
    for (int round = 0; round < 5; ++round) {
      for (int accumulators = 4; accumulators <= 16; ++accumulators) {
        const double now = rate(accumulators);
        if (now > highest) best_ = accumulators;
        highest = std::max(highest, now);
      }
    }
  }

  double rate(int accumulators) {
    for (;;) {
      float sink;
      const double start = seconds();
      const double done = runPeakLoop(accumulators, iterations_, &sink);
      const double elapsed = seconds() - start;
      // Long enough for the coarse clocks of browsers.
      if (elapsed > 0.001) return done / elapsed * 1e-9;
      iterations_ *= 2;
    }
  }

  int best_ = 0;
  int next_ = 8;
  size_t iterations_ = 1000;
};
Peak peak;

/// `work` per call in multiply-adds, or in elements for what multiplies nothing.
void measure(const char* kernel, const std::string& layer, double work, const char* unit,
             size_t copies, const std::function<void(size_t copy)>& run) {
  const std::string name = std::string(kernel) + " " + layer;
  if (name.find(options.filter) == std::string::npos) return;
  size_t copy = 0;
  const auto sample = [&](size_t calls) {
    const double start = seconds();
    for (size_t i = 0; i < calls; ++i) {
      run(copy);
      copy = copy + 1 == copies ? 0 : copy + 1;
    }
    return seconds() - start;
  };
  // The smallest of three: a first call that is slow for another reason shall not count.
  size_t calls = 1;
  while (std::min({sample(calls), sample(calls), sample(calls)}) < kSampleSeconds) calls *= 2;
  double rate = 0;
  double limit = 0;
  for (int round = 0; round < options.rounds; ++round) {
    limit = std::max(limit, peak.sample());
    const double now = work * static_cast<double>(calls) / sample(calls) * 1e-9;
    // A coarse clock may have stood still.
    if (std::isfinite(now)) rate = std::max(rate, now);
  }
  std::printf("%-30s %-22s %7.2f %s", kernel, layer.c_str(), rate, unit);
  if (std::strcmp(unit, "GMAC/s") == 0) {
    std::printf(" %6.1f %% of %.1f, %.2f M", 100 * rate / limit, limit, work * 1e-6);
  }
  std::printf("\n");
}

uint32_t nextRandom() {
  static uint32_t state = 12345;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/// Of either sign, far from denormal and from overflow.
float randomValue() {
  const float magnitude = 0.25f + static_cast<float>(nextRandom() >> 8) / 33554432.0f;
  return (nextRandom() & 1024) != 0 ? magnitude : -magnitude;
}

/// `copies` buffers of `count` floats one after the other, as they would lie in the arena.
class Buffers {
 public:
  Buffers(size_t copies, size_t count) : pitch_((count + 15) / 16 * 16) {
    if (!block_.allocate(copies * pitch_ * sizeof(float))) std::abort();
    for (size_t i = 0; i < copies * pitch_; ++i) block_.floats()[i] = randomValue();
  }
  float* operator[](size_t copy) { return block_.floats() + copy * pitch_; }

 private:
  size_t pitch_;
  Block block_;
};

size_t copiesFor(size_t floats) {
  return options.warm ? 1 : std::max<size_t>(2, kColdBytes / (floats * sizeof(float)) + 1);
}

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

void benchSpmm(double density) {
  for (const SpmmKernel& kernel : simdKernels().spmm) {
    for (const Layer& layer : kPointwise) {
      const size_t plane = layer.pixels + options.gap;
      std::vector<SpmmEntry> entries;
      std::vector<uint32_t> rowStart = {0};
      for (size_t row = 0; row < layer.outputs; ++row) {
        for (size_t channel = 0; channel < layer.channels; ++channel) {
          if (static_cast<double>(nextRandom() >> 8) / 16777216.0 >= density) continue;
          const size_t offset = channel * plane * sizeof(float);
          entries.push_back({static_cast<int32_t>(offset), randomValue()});
        }
        rowStart.push_back(static_cast<uint32_t>(entries.size()));
      }
      const size_t copies = copiesFor((layer.channels + layer.outputs) * plane);
      Buffers input(copies, layer.channels * plane);
      Buffers output(copies, layer.outputs * plane);
      Buffers bias(1, layer.outputs);
      const double macs = static_cast<double>(entries.size() * layer.pixels);
      const int percent = static_cast<int>(density * 100 + 0.5);
      measure(kernel.name, layer.text() + " " + std::to_string(percent) + "%", macs, "GMAC/s",
              copies, [&](size_t copy) {
                kernel.run({.rows = layer.outputs,
                            .pixels = layer.pixels,
                            .input = input[copy],
                            .rowStart = rowStart.data(),
                            .entries = entries.data(),
                            .bias = bias[0],
                            .output = output[copy],
                            .outputPlane = plane,
                            .residual = nullptr,
                            .clamp = {-6.0f, 6.0f}});
              });
    }
  }
}

void benchGemm() {
  for (const GemmKernel& kernel : simdKernels().gemm) {
    for (const Layer& layer : kPointwise) {
      const size_t plane = layer.pixels + options.gap;
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
                              .dilationX = 1,
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

void benchElementwise() {
  constexpr size_t kCounts[] = {32 * 9216, 128 * 144, 256};
  for (const size_t count : kCounts) {
    const size_t copies = copiesFor(3 * count);
    Buffers a(copies, count);
    Buffers b(copies, count);
    Buffers output(copies, count);
    const std::string text = std::to_string(count);
    for (const BinaryKernel& kernel : simdKernels().binary) {
      measure(kernel.name, text, static_cast<double>(count), "G elements/s", copies,
              [&](size_t copy) {
                kernel.run({.count = count,
                            .a = a[copy],
                            .b = b[copy],
                            .bIsScalar = false,
                            .output = output[copy],
                            .clamp = {0.0f, 6.0f}});
              });
    }
    for (const UnaryKernel& kernel : simdKernels().unary) {
      measure(kernel.name, text, static_cast<double>(count), "G elements/s", copies,
              [&](size_t copy) {
                kernel.run({.count = count,
                            .input = a[copy],
                            .output = output[copy],
                            .parameter = 0.25f,
                            .clamp = {0.0f, 6.0f}});
              });
    }
  }
}

void benchPlanes() {
  const KernelTable& kernels = simdKernels();
  for (const size_t size : {96, 24, 7}) {
    const size_t count = size * size;
    const size_t copies = copiesFor(3 * count);
    Buffers a(copies, count);
    Buffers b(copies, count);
    Buffers output(copies, count + 1);
    std::vector<int32_t> left(count);
    std::vector<int32_t> right(count);
    for (size_t i = 0; i < count; ++i) {
      left[i] = static_cast<int32_t>(i / 2);
      right[i] = static_cast<int32_t>(std::min(i / 2 + 1, count - 1));
    }
    const std::string text = std::to_string(count);
    const double work = static_cast<double>(count);
    measure("f32_sum", text, work, "G elements/s", copies,
            [&](size_t copy) { output[copy][0] = kernels.sum(a[copy], count); });
    measure("f32_lerp", text, work, "G elements/s", copies,
            [&](size_t copy) { kernels.lerp(a[copy], b[copy], 0.25f, output[copy], count); });
    measure("f32_lerp_gather", text, work, "G elements/s", copies, [&](size_t copy) {
      kernels.lerpGather(a[copy], left.data(), right.data(), b[copy], output[copy], count);
    });
    measure("f32_transpose", text + " square", work, "G elements/s", copies,
            [&](size_t copy) { kernels.transpose(a[copy], size, output[copy], size, size, size); });
    measure("f32_transpose", text + " to planes", work, "G elements/s", copies, [&](size_t copy) {
      kernels.transpose(a[copy], 3, output[copy], count / 3, count / 3, 3);
    });
    for (const size_t phases : {size_t{1}, size_t{2}}) {
      measure("f32_border", text + " square, " + std::to_string(phases) + " phases", work,
              "G elements/s", copies, [&](size_t copy) {
                kernels.border({.rows = size - 2,
                                .columns = size - 2,
                                .input = a[copy],
                                .inputRow = size - 2,
                                .before = 1,
                                .phases = phases,
                                .phaseFloats = (size + phases - 1) / phases,
                                .border = 0,
                                .output = output[copy]});
              });
    }
  }
}

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool more = i + 1 < argc;
    if (argument == "--rounds" && more) {
      options.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (argument == "--gap" && more) {
      options.gap = static_cast<size_t>(std::atoi(argv[++i]));
    } else if (argument == "--warm") {
      options.warm = true;
    } else {
      options.filter = argument;
    }
  }
  std::printf("%s, limit %.1f GMAC/s\n", simdKernels().name, peak.best());
  benchSpmm(0.3);
  benchSpmm(0.1);
  benchGemm();
  benchGemv();
  benchConvHwc();
  benchDepthwise();
  benchWindow();
  benchElementwise();
  benchPlanes();
  return 0;
}

}  // namespace
}  // namespace filigree

int main(int argc, char** argv) {
  return filigree::main(argc, argv);
}
