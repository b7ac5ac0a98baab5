// findKernel: the row of a family in the kernel table that does a certain thing.
#pragma once

#include <algorithm>
#include <span>

namespace filigree {

/// Every table has a row for every kind, and for what else tells a family's rows apart.
template <typename Kernel, typename Kind>
const Kernel& findKernel(std::span<const Kernel> family, Kind kind,
                         Kind Kernel::* field = &Kernel::kind) {
  return *std::find_if(family.begin(), family.end(),
                       [kind, field](const Kernel& kernel) { return kernel.*field == kind; });
}

}  // namespace filigree
