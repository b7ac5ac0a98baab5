// The Plan as JSON: what explain(), inspect and the tests read. Formats: js/bindings/filigree.h.
#pragma once

#include <string>

#include "plan/plan.h"

namespace filigree {

/// {"inputs":[…],"outputs":[…]}
std::string describeJson(const Plan& plan);

/// {"build":…,"layers":[…],"macs":{…},"passes":[…]}
std::string explainJson(const Plan& plan, const char* build);

/// {"packedBytes":…,"arenaBytes":…,"scratchBytes":…,"totalBytes":…}
std::string memoryJson(const Plan& plan);

/// Multiply-adds of the whole model.
Macs totalMacs(const Plan& plan);

}  // namespace filigree
