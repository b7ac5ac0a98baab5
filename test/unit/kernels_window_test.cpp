// Each window kernel (depthwise convolution and pooling) against the scalar one of its kind.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

struct Case {
  size_t rows;
  size_t columns;
  size_t kernelHeight = 3;
  size_t kernelWidth = 3;
  size_t strideY = 1;
  size_t strideX = 1;
  size_t dilation = 1;
  size_t firstColumn = 0;  // where in the source the window of output column 0 begins
  Clamp clamp = {};
  bool wild = false;
};

class Problem {
 public:
  explicit Problem(const Case& c) : case_(c), outputRow_(c.columns + c.rows % 3) {
    Random random(static_cast<uint32_t>(c.rows * 7919 + c.columns * 131 + c.kernelWidth));
    // Rows in phases, as WindowArgs says.
    const size_t lastColumn =
        c.firstColumn + (c.columns - 1) * c.strideX + (c.kernelWidth - 1) * c.dilation;
    const size_t phaseColumns = lastColumn / c.strideX + 1;
    const size_t rowPitch = phaseColumns * c.strideX;
    const size_t lastRow = (c.rows - 1) * c.strideY + (c.kernelHeight - 1) * c.dilation;
    sourceRow_ = c.strideY * rowPitch;
    size_t lastTap = 0;
    for (size_t y = 0; y < c.kernelHeight; ++y) {
      for (size_t x = 0; x < c.kernelWidth; ++x) {
        const size_t column = c.firstColumn + x * c.dilation;
        const size_t tap =
            y * c.dilation * rowPitch + column % c.strideX * phaseColumns + column / c.strideX;
        lastTap = tap > lastTap ? tap : lastTap;
        taps_.push_back(static_cast<int32_t>(tap));
        weights_.push_back(random.value());
      }
    }
    // Not one float more than the windows cover, so that reading on is noticed.
    const size_t covered = (c.rows - 1) * sourceRow_ + lastTap + c.columns;
    EXPECT_LE(covered, (lastRow + 1) * rowPitch);
    source_ = std::make_unique<Input<float>>(covered);
    for (float& value : *source_) value = c.wild ? random.wildValue() : random.value();
    bias_ = random.value();
  }

  void run(const WindowKernel& kernel, float* output, const Clamp& clamp) const {
    const bool weighted = kernel.kind == WindowKind::Convolution;
    Input<float> weights(weights_.size());
    weights.assign(weights_);
    Input<int32_t> taps(taps_.size());
    taps.assign(taps_);
    kernel.run({.rows = case_.rows,
                .columns = case_.columns,
                .source = source_->data(),
                .sourceRow = sourceRow_,
                .tapCount = taps_.size(),
                .taps = taps.data(),
                .weights = weighted ? weights.data() : nullptr,
                .bias = weighted ? bias_ : 0.0f,
                .output = output,
                .outputRow = outputRow_,
                .clamp = clamp});
  }

  void check(const WindowKernel& kernel) {
    const WindowKernel* reference = nullptr;
    for (const WindowKernel& row : referenceKernels().window) {
      if (row.kind == kernel.kind) reference = &row;
    }
    ASSERT_NE(reference, nullptr);
    expectSame((case_.rows - 1) * outputRow_ + case_.columns,
               // A maximum rounds nothing, but shares the code here.
               taps_.size(), [&](float* output) { run(kernel, output, case_.clamp); },
               [&](float* output) { run(*reference, output, case_.clamp); },
               [&](float* output) {
                 absolute(*source_);
                 for (float& value : weights_) value = std::abs(value);
                 bias_ = std::abs(bias_);
                 run(*reference, output, {});
               });
  }

 private:
  Case case_;
  size_t outputRow_;
  size_t sourceRow_ = 0;
  std::unique_ptr<Input<float>> source_;
  std::vector<int32_t> taps_;
  std::vector<float> weights_;
  float bias_ = 0.0f;
};

void check(const WindowKernel& kernel, const Case& c) {
  SCOPED_TRACE(testing::Message() << kernel.name << ": " << c.rows << " rows, " << c.columns
                                  << " columns, window " << c.kernelHeight << "x" << c.kernelWidth
                                  << ", stride " << c.strideY << "x" << c.strideX << ", dilation "
                                  << c.dilation);
  Problem(c).check(kernel);
}

TEST(Window, agreesForEveryNumberOfRowsAndColumnsAroundTheTile) {
  for (const WindowKernel& kernel : simdKernels().window) {
    for (size_t rows = 1; rows <= 10; ++rows) {
      for (size_t columns = 1; columns <= 34; ++columns) {
        check(kernel, {.rows = rows, .columns = columns});
      }
    }
  }
}

TEST(Window, agreesForMapsOfRealSizes) {
  for (const WindowKernel& kernel : simdKernels().window) {
    for (const size_t size : {48, 96, 113}) {
      check(kernel, {.rows = size, .columns = size});
    }
  }
}

TEST(Window, agreesForAnyWindow) {
  for (const WindowKernel& kernel : simdKernels().window) {
    for (const size_t kernelHeight : {1, 2, 3, 7}) {
      for (const size_t kernelWidth : {1, 2, 5}) {
        for (const size_t strideY : {1, 2, 3}) {
          for (const size_t strideX : {1, 2, 3}) {
            for (const size_t dilation : {1, 2}) {
              check(kernel, {.rows = 5,
                             .columns = 13,
                             .kernelHeight = kernelHeight,
                             .kernelWidth = kernelWidth,
                             .strideY = strideY,
                             .strideX = strideX,
                             .dilation = dilation});
            }
          }
        }
      }
    }
  }
}

TEST(Window, aWindowMayBeginInAnyPhase) {
  for (const WindowKernel& kernel : simdKernels().window) {
    for (const size_t firstColumn : {1, 2, 3}) {
      check(kernel, {.rows = 5, .columns = 9, .firstColumn = firstColumn});
    }
  }
}

TEST(Window, clamps) {
  for (const WindowKernel& kernel : simdKernels().window) {
    for (const Clamp& clamp : clamps()) {
      check(kernel, {.rows = 7, .columns = 18, .clamp = clamp});
    }
  }
}

TEST(Window, nanAndInfinityPropagateExceptThatAMaximumPassesOverNan) {
  for (const WindowKernel& kernel : simdKernels().window) {
    for (const Clamp& clamp : clamps()) {
      check(kernel, {.rows = 9, .columns = 30, .clamp = clamp, .wild = true});
    }
  }
}

}  // namespace
}  // namespace filigree::test
