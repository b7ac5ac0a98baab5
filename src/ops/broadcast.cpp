#include "ops/broadcast.h"

#include "graph/constant.h"
#include "sort_few.h"
#include "strided.h"

namespace filigree {

BroadcastLoop::BroadcastLoop(const Shape& a, const Shape& b, const Shape& output, Layout layout,
                             size_t threads) {
  const Shape wideA = expandRank(a, output.rank());
  const Shape wideB = expandRank(b, output.rank());
  const StridedView viewA = stridedView(wideA, layout);
  const StridedView viewB = stridedView(wideB, layout);
  const StridedView view = stridedView(output, layout);
  for (int axis = 0; axis < output.rank(); ++axis) {
    const auto i = static_cast<size_t>(axis);
    if (view.extent[i] == 1) continue;
    axes_[rank_++] = {view.extent[i], wideA[axis] == 1 ? 0 : viewA.stride[i],
                      wideB[axis] == 1 ? 0 : viewB.stride[i], view.stride[i]};
  }
  sortFew(axes_, rank_, [](const Axis& x, const Axis& y) { return x.output > y.output; });
  // Planes that threads work on in bands stay an axis of their own.
  const size_t plane = layout == Layout::Chw ? planeStride(output) : 0;
  const bool keepsPlanes = isWorthBands(plane, threads);
  int merged = 0;
  for (int i = 1; i < rank_; ++i) {
    Axis& outer = axes_[merged];
    const Axis& inner = axes_[i];
    const auto span = static_cast<ptrdiff_t>(inner.extent);
    const bool isKept = keepsPlanes && outer.output == static_cast<ptrdiff_t>(plane);
    if (!isKept && outer.a == inner.a * span && outer.b == inner.b * span &&
        outer.output == inner.output * span) {
      outer = {outer.extent * inner.extent, inner.a, inner.b, inner.output};
    } else {
      axes_[++merged] = inner;
    }
  }
  if (rank_ == 0) axes_[0] = {1, 0, 0, 1};  // a single element
  rank_ = rank_ == 0 ? 1 : merged + 1;
}

size_t BroadcastLoop::elements() const {
  size_t product = 1;
  for (int i = 0; i < rank_; ++i) product *= axes_[i].extent;
  return product;
}

bool broadcastShapes(const Shape& a, const Shape& b, Shape* output) {
  const int rank = std::max(a.rank(), b.rank());
  const Shape wideA = expandRank(a, rank);
  const Shape wideB = expandRank(b, rank);
  *output = Shape();
  for (int axis = 0; axis < rank; ++axis) {
    if (wideA[axis] != wideB[axis] && wideA[axis] != 1 && wideB[axis] != 1) return false;
    output->append(wideA[axis] == 1 ? wideB[axis] : wideA[axis]);
  }
  return true;
}

Shape expandRank(const Shape& shape, int rank) {
  Shape wide;
  for (int axis = shape.rank(); axis < rank; ++axis) wide.append(1);
  for (int axis = 0; axis < shape.rank(); ++axis) wide.append(shape[axis]);
  return wide;
}

size_t operandBytes(const Shape& shape, int rank, Layout layout) {
  return storageFloats(expandRank(shape, rank), layout) * sizeof(float);
}

Status packOperand(const Value& value, const KernelTable& kernels, int rank, Layout layout,
                   float* packed) {
  if (layout == Layout::RowMajor) {
    readFloats(value, packed);
    return {};
  }
  Block dense;
  FILIGREE_CHECK_OK(readFloats(value, &dense));
  const Shape wide = expandRank(value.shape, rank);
  const StridedView from = stridedView(wide, Layout::RowMajor);
  const StridedView to = stridedView(wide, layout);
  CopyAxis axes[kMaxRank];
  for (size_t axis = 0; axis < static_cast<size_t>(rank); ++axis) {
    axes[axis] = {from.extent[axis], from.stride[axis], to.stride[axis]};
  }
  const StridedCopy copy(axes, rank);
  copy.run(kernels, dense.floats(), packed, 0, copy.outerExtent());
  return {};
}

}  // namespace filigree
