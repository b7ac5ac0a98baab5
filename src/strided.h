// Copies between strided views: the one body behind layout conversions, PAD, slices, concatenation,
// depth-to-space and transposed constants.
#pragma once

#include <cstddef>

#include "kernels.h"
#include "tensor.h"

namespace filigree {

/// One axis of a copy: how many elements, and how far apart they are on each side (in floats; a
/// stride of the input may be zero or negative).
struct CopyAxis {
  size_t extent;
  ptrdiff_t inputStride;
  ptrdiff_t outputStride;
};

/// A copy of up to kMaxRank axes, normalised: no axis of extent 1, neighbours merged where both
/// sides are contiguous, the axis with the smallest output stride last.
class StridedCopy {
 public:
  StridedCopy() = default;
  /// Axes in any order.
  StridedCopy(const CopyAxis* axes, int count);

  /// output[Σ iₖ · outputStrideₖ] = input[Σ iₖ · inputStrideₖ] for the outermost indices
  /// first ≤ i₀ < last (pass 0 and outerExtent() for all).
  void run(const KernelTable& kernels, const float* input, float* output, size_t first,
           size_t last) const;

  /// Extent of the outermost axis, the unit of parallel work. 0 for an empty copy.
  size_t outerExtent() const { return axes_[0].extent; }
  size_t elements() const;

 private:
  void runFrom(const KernelTable& kernels, int level, size_t first, size_t last, const float* input,
               float* output) const;

  int rank_ = 0;
  CopyAxis axes_[kMaxRank] = {};
};

}  // namespace filigree
