// BorderedPlane: a band of one plane with its border filled in, as the window kernels want it.
//
// For a horizontal stride s > 1 the columns of each phase (bordered column mod s) lie together, so
// that the kernels always read neighbours (kernels.h, WindowArgs). Planes that need neither border
// nor phases are read where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"
#include "ops/window.h"

namespace filigree {

const WindowKernel& findWindowKernel(const KernelTable& kernels, WindowKind kind);

class BorderedPlane {
 public:
  BorderedPlane() = default;
  explicit BorderedPlane(const WindowGeometry& window);

  /// Output rows of a band.
  size_t bandRows() const { return bandRows_; }
  size_t bands() const;
  size_t scratchFloats() const { return direct_ ? 0 : sourceRows(bandRows_) * rowFloats_; }

  /// Everything of WindowArgs that concerns the source and the extent, for output rows
  /// firstRow … firstRow + rows; `border` fills what lies outside the plane.
  WindowArgs prepare(const KernelTable& kernels, const float* plane, size_t firstRow, size_t rows,
                     float border, float* scratch) const;

 private:
  size_t sourceRows(size_t outputRows) const;

  WindowGeometry window_;
  bool direct_ = false;
  size_t bandRows_ = 0;
  size_t borderedWidth_ = 0;  // bordered columns that windows reach
  size_t phases_ = 1;         // the horizontal stride, as far as columns fall into phases
  size_t phaseFloats_ = 0;    // between two phases of a row
  size_t rowFloats_ = 0;      // between two source rows
  std::vector<int32_t> taps_;
};

}  // namespace filigree
