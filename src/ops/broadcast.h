// BroadcastLoop: walks two operands and an output whose axes may be broadcast (stride 0), giving
// runs in which each operand is either contiguous or a single element.
#pragma once

#include <algorithm>
#include <cstddef>

#include "ops/operator.h"
#include "parallel.h"
#include "tensor.h"

namespace filigree {

class BroadcastLoop {
 public:
  BroadcastLoop() = default;
  /// `a` and `b` are aligned to the last axis of `output` and lie in memory in the output's order.
  /// `threads` that will share the work (parallel.h).
  BroadcastLoop(const Shape& a, const Shape& b, const Shape& output, Layout layout, size_t threads);

  /// Work can be cut at the outermost axis, which has parts() of elements() / parts() outputs each,
  /// and at the innermost, of runElements().
  size_t parts() const { return rank_ == 1 ? 1 : axes_[0].extent; }
  size_t runElements() const { return axes_[rank_ - 1].extent; }
  size_t elements() const;

  /// run(a, b, aIsScalar, bIsScalar, output, count) for every run of `range`: its planes are parts,
  /// its rows single elements of every run.
  template <typename Run>
  void walk(const float* a, const float* b, float* output, const PlaneRange& range,
            const Run& run) const {
    const Axis& runs = axes_[rank_ - 1];
    const auto start = static_cast<ptrdiff_t>(range.firstRow);
    a += start * runs.a;
    b += start * runs.b;
    output += start * runs.output;
    const size_t count = range.lastRow - range.firstRow;
    if (rank_ == 1) {
      run(a, b, runs.a == 0, runs.b == 0, output, count);
      return;
    }
    const Axis& axis = axes_[0];
    for (size_t part = range.firstPlane; part < range.lastPlane; ++part) {
      const auto index = static_cast<ptrdiff_t>(part);
      walkFrom(1, a + index * axis.a, b + index * axis.b, output + index * axis.output, count, run);
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
  void walkFrom(int level, const float* a, const float* b, float* output, size_t count,
                const Run& run) const {
    const Axis& axis = axes_[level];
    if (level == rank_ - 1) {
      run(a, b, axis.a == 0, axis.b == 0, output, count);
      return;
    }
    for (size_t i = 0; i < axis.extent; ++i) {
      walkFrom(level + 1, a, b, output, count, run);
      a += axis.a;
      b += axis.b;
      output += axis.output;
    }
  }

  int rank_ = 0;
  Axis axes_[kMaxRank] = {};
};

/// Cuts the loop into parts of about `minimum` elements or more and runs body(thread, PlaneRange)
/// for each.
template <typename Body>
void parallelRuns(Team& team, const BroadcastLoop& loop, size_t minimum, const Body& body) {
  const size_t runs = loop.runElements();
  const size_t perRow = loop.elements() / std::max(loop.parts() * runs, size_t{1});
  parallelBands(team, loop.parts(), runs, 1, minimum / std::max(perRow, size_t{1}), body);
}

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
