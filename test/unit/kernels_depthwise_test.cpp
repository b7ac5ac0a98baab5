// Each depthwise kernel against the scalar one.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

struct Case {
  size_t height;
  size_t width;
  size_t top = 1;
  size_t bottom = 1;
  size_t left = 1;
  size_t right = 1;
  size_t planes = 1;
  size_t firstRow = 0;
  size_t rows = SIZE_MAX;  // as many as there are
  Clamp clamp = {};
  bool wild = false;
};

class Problem {
 public:
  Problem(const Case& c, const DepthwiseKernel& kernel)
      : case_(c),
        size_(kernel.size),
        outputRows_((c.top + c.height + c.bottom - size_) / kernel.stride + 1),
        columns_((c.left + c.width + c.right - size_) / kernel.stride + 1),
        inputPlane_(c.height * c.width + c.width % 3),
        outputPlane_(outputRows_ * columns_ + c.width % 5),
        // One buffer, the front of which may be read but is no input.
        input_(kFront + (c.planes - 1) * inputPlane_ + c.height * c.width),
        inside_(std::max(c.left + c.width,
                         c.left + kernel.stride * columns_ + size_ + DepthwiseArgs::kMostLeft)),
        zeros_(inside_.size()),
        weights_(c.planes * size_ * size_),
        bias_(c.planes) {
    case_.firstRow = std::min(c.firstRow, outputRows_ - 1);
    case_.rows = std::min(c.rows, outputRows_ - case_.firstRow);
    Random random(static_cast<uint32_t>(c.height * 7919 + c.width * 131));
    for (float& value : input_) value = c.wild ? random.wildValue() : random.value();
    for (size_t i = 0; i < kFront; ++i) input_[i] = kNaN;
    for (float& value : weights_) value = random.value();
    for (float& value : bias_) value = random.value();
    for (float& value : zeros_) value = 0;
    for (size_t i = 0; i < inside_.size(); ++i) {
      inside_[i] = i >= c.left && i < c.left + c.width ? UINT32_MAX : 0;
    }
  }

  void run(const DepthwiseKernel& kernel, float* output, const Clamp& clamp) const {
    kernel.run({.planes = case_.planes,
                .firstRow = case_.firstRow,
                .rows = case_.rows,
                .columns = columns_,
                .height = case_.height,
                .width = case_.width,
                .input = input_.data() + kFront,
                .inputPlane = inputPlane_,
                .top = case_.top,
                .left = case_.left,
                .inside = inside_.data(),
                .zeros = zeros_.data(),
                .weights = weights_.data(),
                .bias = bias_.data(),
                .output = output,
                .outputPlane = outputPlane_,
                .clamp = clamp});
  }

  void check(const DepthwiseKernel& kernel, const DepthwiseKernel& reference) {
    expectSame((case_.planes - 1) * outputPlane_ + outputRows_ * columns_, size_ * size_,
               [&](float* output) { run(kernel, output, case_.clamp); },
               [&](float* output) { run(reference, output, case_.clamp); },
               [&](float* output) {
                 absolute(input_);
                 absolute(weights_);
                 absolute(bias_);
                 run(reference, output, {});
               });
  }

 private:
  static constexpr size_t kFront = kOverReadBytes / sizeof(float);

  Case case_;
  size_t size_;
  size_t outputRows_;
  size_t columns_;
  size_t inputPlane_;
  size_t outputPlane_;
  Input<float> input_;
  Input<uint32_t> inside_;
  Input<float> zeros_;
  Input<float> weights_;
  Input<float> bias_;
};

/// In every kernel; nothing where the window finds no place.
void check(const Case& c) {
  for (const DepthwiseKernel& kernel : simdKernels().depthwise) {
    const size_t size = kernel.size;
    if (c.top + c.height + c.bottom < size || c.left + c.width + c.right < size) continue;
    const DepthwiseKernel* reference = nullptr;
    for (const DepthwiseKernel& row : referenceKernels().depthwise) {
      if (row.size == size && row.stride == kernel.stride) reference = &row;
    }
    ASSERT_NE(reference, nullptr);
    SCOPED_TRACE(testing::Message() << kernel.name << ": " << c.height << "x" << c.width
                                    << ", borders " << c.top << " " << c.bottom << " " << c.left
                                    << " " << c.right << ", from row " << c.firstRow);
    Problem(c, kernel).check(kernel, *reference);
  }
}

TEST(Depthwise, agreesForEverySizeAroundTheTile) {
  for (size_t height = 1; height <= 10; ++height) {
    for (size_t width = 1; width <= 20; ++width) check({.height = height, .width = width});
  }
}

TEST(Depthwise, agreesForMapsOfRealSizes) {
  for (const size_t size : {48, 96, 113}) {
    check({.height = size, .width = size});
    check({.height = size, .width = size, .top = 2, .bottom = 2, .left = 2, .right = 2});
  }
}

TEST(Depthwise, agreesForEveryBorder) {
  for (const size_t top : {0, 1, 2, 6}) {
    for (const size_t bottom : {0, 1, 2, 6}) {
      for (const size_t left : {0, 1, 2, 8}) {
        for (const size_t right : {0, 1, 2, 8}) {
          check({.height = 5,
                 .width = 9,
                 .top = top,
                 .bottom = bottom,
                 .left = left,
                 .right = right});
        }
      }
    }
  }
}

TEST(Depthwise, agreesForAnyRangeOfRows) {
  for (size_t firstRow = 0; firstRow < 12; ++firstRow) {
    for (size_t rows = 1; rows <= 12 - firstRow; ++rows) {
      check({.height = 14, .width = 10, .firstRow = firstRow, .rows = rows});
    }
  }
}

TEST(Depthwise, agreesForManyPlanes) {
  for (const size_t size : {4, 6, 12}) check({.height = size, .width = size, .planes = 5});
}

TEST(Depthwise, clamps) {
  for (const Clamp& clamp : clamps()) check({.height = 9, .width = 18, .clamp = clamp});
}

TEST(Depthwise, nanAndInfinityPropagateToTheirNeighboursOnly) {
  for (const Clamp& clamp : clamps()) {
    check({.height = 11, .width = 18, .planes = 2, .clamp = clamp, .wild = true});
  }
}

}  // namespace
}  // namespace filigree::test
