// RowStep: a step that can make any rows of its output from those rows of its input that they need.
//
// Such steps can take turns, a few rows each (plan/chain.h), so that what is between them stays in
// the cache.
#pragma once

#include <cstddef>

#include "ops/step.h"
#include "ops/window.h"

namespace filigree {

class RowStep : public Step {
 public:
  RowStep* asRowStep() final { return isByRows() ? this : nullptr; }

  /// The input rows that `rows` of the output are made from; both ends ascend with those of `rows`.
  virtual RowRange rowsNeeded(RowRange rows) const = 0;
  /// How many that are at most for so many rows of the output.
  virtual size_t mostRowsNeeded(size_t rows) const = 0;

  /// Floats between the planes of the maps that runRows will be given. Before `pack`.
  virtual void setPlanes(size_t inputPlane, size_t outputPlane) = 0;

  /// `input` and `output` point at where row 0 of the first plane would be; only the rows that are
  /// needed and made have to be there. `scratch` is the thread's own.
  virtual void runRows(RowRange rows, const float* input, float* output, float* scratch) const = 0;

 private:
  /// False: of several pictures or groups, for instance.
  virtual bool isByRows() const = 0;
};

}  // namespace filigree
