// BroadcastLoop: walks two operands and an output whose axes may be broadcast (stride 0), giving
// runs in which each operand is either contiguous or a single element.
#pragma once

#include <algorithm>
#include <cstddef>

#include "ops/operator.h"
#include "tensor.h"

namespace filigree {

class BroadcastLoop {
 public:
  BroadcastLoop() = default;
  /// `a` and `b` are aligned to the last axis of `output` and lie in memory in the output's order.
  BroadcastLoop(const Shape& a, const Shape& b, const Shape& output, Layout layout);

  /// Work can be cut at this axis: rows(), each of rowElements() outputs.
  size_t rows() const { return axes_[0].extent; }
  size_t rowElements() const;

  /// run(a, b, aIsScalar, bIsScalar, output, count) for every run of the rows first … last.
  template <typename Run>
  void walk(const float* a, const float* b, float* output, size_t first, size_t last,
            const Run& run) const {
    if (rank_ == 1) {
      const auto index = static_cast<ptrdiff_t>(first);
      runInner(last - first, 0, a + index * axes_[0].a, b + index * axes_[0].b,
               output + index * axes_[0].output, run);
      return;
    }
    for (size_t row = first; row < last; ++row) {
      const auto index = static_cast<ptrdiff_t>(row);
      walkFrom(1, a + index * axes_[0].a, b + index * axes_[0].b, output + index * axes_[0].output,
               run);
    }
  }

 private:
  struct Axis {
    size_t extent;
    ptrdiff_t a;
    ptrdiff_t b;
    ptrdiff_t output;
  };

  template <typename Run>
  void runInner(size_t count, int level, const float* a, const float* b, float* output,
                const Run& run) const {
    const Axis& axis = axes_[level];
    run(a, b, axis.a == 0, axis.b == 0, output, count);
  }

  template <typename Run>
  void walkFrom(int level, const float* a, const float* b, float* output, const Run& run) const {
    if (level == rank_ - 1) {
      runInner(axes_[level].extent, level, a, b, output, run);
      return;
    }
    const Axis& axis = axes_[level];
    for (size_t i = 0; i < axis.extent; ++i) {
      walkFrom(level + 1, a, b, output, run);
      a += axis.a;
      b += axis.b;
      output += axis.output;
    }
  }

  int rank_ = 0;
  Axis axes_[kMaxRank] = {};
};

/// The shape of `a` op `b`: each axis, from the last, equal or 1 on one side.
bool broadcastShapes(const Shape& a, const Shape& b, Shape* output);

/// `shape` with leading ones, so that it has `rank` axes.
Shape expandRank(const Shape& shape, int rank);

/// Bytes of a constant operand as it lies beside an output of that rank and layout.
size_t operandBytes(const Shape& shape, int rank, Layout layout);
/// Writes it there.
Status packOperand(const Value& value, const KernelTable& kernels, int rank, Layout layout,
                   float* packed);

}  // namespace filigree
