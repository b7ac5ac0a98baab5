// Each kernel of the first convolution against the scalar one.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

struct Case {
  size_t outputChannels;
  size_t columns;
  size_t inputChannels = 3;
  size_t kernelHeight = 3;
  size_t kernelWidth = 3;
  size_t strideX = 2;
  Clamp clamp = {};
  bool wild = false;
};

class Problem {
 public:
  explicit Problem(const Case& c)
      : case_(c),
        taps_(c.kernelHeight * c.kernelWidth * c.inputChannels),
        outputPlane_(c.columns + c.outputChannels % 3),
        weights_(c.outputChannels * taps_),
        bias_(c.outputChannels) {
    Random random(static_cast<uint32_t>(c.outputChannels * 7919 + c.columns * 131 + taps_));
    const size_t pixels = (c.columns - 1) * c.strideX + c.kernelWidth;
    for (size_t y = 0; y < c.kernelHeight; ++y) {
      // Each row ends in unreadable memory of its own.
      rows_.push_back(std::make_unique<Input<float>>(pixels * c.inputChannels));
      for (float& value : *rows_.back()) value = c.wild ? random.wildValue() : random.value();
      sourceRows_.push_back(rows_.back()->data());
    }
    for (float& value : weights_) value = random.value();
    for (float& value : bias_) value = random.value();
  }

  void run(const ConvHwcKernel& kernel, float* output, const Clamp& clamp) const {
    std::vector<float> values;
    for (size_t block = 0; block < case_.outputChannels; block += kernel.rowBlock) {
      for (size_t tap = 0; tap <= taps_; ++tap) {
        for (size_t row = block; row < block + kernel.rowBlock; ++row) {
          if (row >= case_.outputChannels) {
            values.push_back(0.0f);
          } else {
            values.push_back(tap == 0 ? bias_[row] : weights_[row * taps_ + tap - 1]);
          }
        }
      }
    }
    Input<float> packed(values.size());
    packed.assign(values);
    kernel.run({.outputChannels = case_.outputChannels,
                .columns = case_.columns,
                .kernelHeight = case_.kernelHeight,
                .kernelWidth = case_.kernelWidth,
                .inputChannels = case_.inputChannels,
                .strideX = case_.strideX,
                .sourceRows = sourceRows_.data(),
                .weights = packed.data(),
                .output = output,
                .outputPlane = outputPlane_,
                .clamp = clamp});
  }

  void check(const ConvHwcKernel& kernel) {
    const ConvHwcKernel& reference = referenceKernels().convHwc[0];
    expectSame((case_.outputChannels - 1) * outputPlane_ + case_.columns, taps_,
               [&](float* output) { run(kernel, output, case_.clamp); },
               [&](float* output) { run(reference, output, case_.clamp); },
               [&](float* output) {
                 for (auto& row : rows_) absolute(*row);
                 for (float& value : weights_) value = std::abs(value);
                 for (float& value : bias_) value = std::abs(value);
                 run(reference, output, {});
               });
  }

 private:
  Case case_;
  size_t taps_;
  size_t outputPlane_;
  std::vector<std::unique_ptr<Input<float>>> rows_;
  std::vector<const float*> sourceRows_;
  std::vector<float> weights_;
  std::vector<float> bias_;
};

void check(const Case& c) {
  for (const ConvHwcKernel& kernel : simdKernels().convHwc) {
    SCOPED_TRACE(testing::Message()
                 << kernel.name << ": " << c.outputChannels << " outputs, " << c.columns
                 << " columns, " << c.inputChannels << " channels, kernel " << c.kernelHeight << "x"
                 << c.kernelWidth << ", stride " << c.strideX);
    Problem(c).check(kernel);
  }
}

TEST(ConvHwc, agreesForEveryNumberOfOutputsAndColumnsAroundTheTile) {
  for (const ConvHwcKernel& kernel : simdKernels().convHwc) {
    for (size_t outputs = 1; outputs <= 2 * kernel.rowBlock + 1; ++outputs) {
      for (size_t columns = 1; columns <= 13; ++columns) {
        check({.outputChannels = outputs, .columns = columns});
      }
    }
  }
}

TEST(ConvHwc, agreesForAnyGeometry) {
  for (const size_t inputChannels : {1, 2, 3, 4, 5}) {
    for (const size_t kernelHeight : {1, 2, 5}) {
      for (const size_t kernelWidth : {1, 3, 4}) {
        for (const size_t strideX : {1, 2, 3}) {
          check({.outputChannels = 6,
                 .columns = 7,
                 .inputChannels = inputChannels,
                 .kernelHeight = kernelHeight,
                 .kernelWidth = kernelWidth,
                 .strideX = strideX});
        }
      }
    }
  }
}

TEST(ConvHwc, clamps) {
  for (const Clamp& clamp : clamps()) {
    check({.outputChannels = 11, .columns = 10, .clamp = clamp});
  }
}

TEST(ConvHwc, nanAndInfinityPropagate) {
  for (const Clamp& clamp : clamps()) {
    check({.outputChannels = 9, .columns = 23, .clamp = clamp, .wild = true});
  }
}

}  // namespace
}  // namespace filigree::test
