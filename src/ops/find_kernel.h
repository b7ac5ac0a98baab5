// findKernel: the row of a family in the kernel table that does a certain thing.
#pragma once

#include <algorithm>
#include <span>

namespace filigree {

/// Every table has a row for every kind.
template <typename Kernel, typename Kind>
const Kernel& findKernel(std::span<const Kernel> family, Kind kind) {
  return *std::find_if(family.begin(), family.end(),
                       [kind](const Kernel& kernel) { return kernel.kind == kind; });
}

}  // namespace filigree
