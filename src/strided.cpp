#include "strided.h"

#include <cstdlib>
#include <cstring>

#include "sort_few.h"

namespace filigree {

StridedCopy::StridedCopy(const CopyAxis* axes, int count) {
  bool empty = false;
  for (int i = 0; i < count; ++i) {
    empty = empty || axes[i].extent == 0;
    if (axes[i].extent != 1) axes_[rank_++] = axes[i];
  }
  sortFew(axes_, rank_, [](const CopyAxis& a, const CopyAxis& b) {
    return std::abs(a.outputStride) > std::abs(b.outputStride);
  });
  // Two neighbouring axes are one when the outer one steps over exactly the whole inner one.
  int merged = 0;
  for (int i = 1; i < rank_; ++i) {
    CopyAxis& outer = axes_[merged];
    const CopyAxis& inner = axes_[i];
    const ptrdiff_t span = static_cast<ptrdiff_t>(inner.extent);
    if (outer.inputStride == inner.inputStride * span &&
        outer.outputStride == inner.outputStride * span) {
      outer = {outer.extent * inner.extent, inner.inputStride, inner.outputStride};
    } else {
      axes_[++merged] = inner;
    }
  }
  rank_ = rank_ == 0 ? 0 : merged + 1;
  if (empty) {
    rank_ = 1;
    axes_[0] = {0, 1, 1};
  } else if (rank_ == 0) {
    rank_ = 1;
    axes_[0] = {1, 1, 1};
  }
}

size_t StridedCopy::elements() const {
  size_t product = 1;
  for (int i = 0; i < rank_; ++i) product *= axes_[i].extent;
  return product;
}

void StridedCopy::run(const KernelTable& kernels, const float* input, float* output, size_t first,
                      size_t last) const {
  if (axes_[0].extent == 0) return;
  runFrom(kernels, 0, first, last, input, output);
}

void StridedCopy::runFrom(const KernelTable& kernels, int level, size_t first, size_t last,
                          const float* input, float* output) const {
  const CopyAxis& axis = axes_[level];
  const auto start = static_cast<ptrdiff_t>(first);
  input += start * axis.inputStride;
  output += start * axis.outputStride;
  const size_t count = last - first;
  if (level == rank_ - 1) {
    if (axis.inputStride == 1 && axis.outputStride == 1) {
      std::memcpy(output, input, count * sizeof(float));
      return;
    }
    for (size_t i = 0; i < count; ++i) {
      *output = *input;
      input += axis.inputStride;
      output += axis.outputStride;
    }
    return;
  }
  const CopyAxis& inner = axes_[level + 1];
  // Rows that are contiguous on the way in become columns that are contiguous on the way out.
  if (level == rank_ - 2 && axis.inputStride == 1 && inner.outputStride == 1 &&
      inner.inputStride > 0 && axis.outputStride > 0) {
    kernels.transpose(input, static_cast<size_t>(inner.inputStride), output,
                      static_cast<size_t>(axis.outputStride), inner.extent, count);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    runFrom(kernels, level + 1, 0, inner.extent, input, output);
    input += axis.inputStride;
    output += axis.outputStride;
  }
}

}  // namespace filigree
