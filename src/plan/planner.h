// The planner: Graph → Plan. Shapes, passes, the kernel of each layer, memory, packed weights.
#pragma once

#include "graph/graph.h"
#include "kernels.h"
#include "ops/operator.h"
#include "plan/plan.h"
#include "status.h"

namespace filigree {

struct PlanOptions {
  const KernelTable& kernels;
  SparseMode sparse = SparseMode::Auto;
  size_t threads = 1;            // that will run the plan
  size_t limitBytes = SIZE_MAX;  // for packed weights, arena and scratch together
  ChainLimits chains = {};
  /// Where the graph's constants lie, or null. Given back as soon as they are packed, so that the
  /// arena can take its place.
  Block* file = nullptr;
};

/// The graph is used up. `*wantedBytes` is set as soon as it is known what the plan takes (packed
/// weights, arena and scratch), so that a caller who is told OutOfMemory knows how much to get.
///
/// Errors: InvalidModel and UnsupportedOp from shape inference, OutOfMemory.
Status makePlan(Graph graph, const PlanOptions& options, Plan* plan, uint64_t* wantedBytes);

}  // namespace filigree
