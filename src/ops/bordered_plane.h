// BorderedPlane: a band of one plane with its border filled in, as the window kernels want it.
//
// For a horizontal stride s > 1 the columns of each phase (bordered column mod s) lie together, so
// that the kernels always read neighbours (kernels.h, WindowArgs). Planes that need neither border
// nor phases are read where they are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"
#include "ops/step.h"
#include "ops/window.h"
#include "parallel.h"

namespace filigree {

class BorderedPlane {
 public:
  BorderedPlane() = default;
  explicit BorderedPlane(const WindowGeometry& window);

  size_t scratchFloats() const { return direct_ ? 0 : window_.y.span(bandRows_) * rowFloats_; }

  /// Divides `planes` planes among the threads and calls body(plane, firstRow, rows, scratch) for
  /// each band of output rows. A thread gets `minimumRows` rows or more.
  template <typename Body>
  void forEachBand(const RunContext& context, size_t planes, size_t minimumRows,
                   const Body& body) const {
    const auto outputRows = static_cast<size_t>(window_.y.output);
    const auto columns = static_cast<size_t>(window_.x.output);
    parallelBands(context.team, planes, outputRows, columns, minimumRows,
                  [&](size_t thread, const PlaneRange& part) {
                    for (size_t plane = part.firstPlane; plane < part.lastPlane; ++plane) {
                      for (size_t row = part.firstRow; row < part.lastRow; row += bandRows_) {
                        const size_t rows = std::min(bandRows_, part.lastRow - row);
                        body(plane, row, rows, context.scratchOf(thread));
                      }
                    }
                  });
  }

  /// Everything of WindowArgs that concerns the source and the extent, for output rows
  /// firstRow … firstRow + rows; `border` fills what lies outside the plane.
  WindowArgs prepare(const KernelTable& kernels, const float* plane, size_t firstRow, size_t rows,
                     float border, float* scratch) const;

 private:
  WindowGeometry window_;
  bool direct_ = false;
  size_t bandRows_ = 0;       // output rows of a band
  size_t borderedWidth_ = 0;  // bordered columns that windows reach
  size_t phases_ = 1;         // the horizontal stride, as far as columns fall into phases
  size_t phaseFloats_ = 0;    // between two phases of a row
  size_t rowFloats_ = 0;      // between two source rows
  std::vector<int32_t> taps_;
};

}  // namespace filigree
