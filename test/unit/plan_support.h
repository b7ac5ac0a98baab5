// Plans made from bytes and run step by step; used by plan_*_test.cpp.
#pragma once

#include <memory>
#include <vector>

#include "plan/planner.h"
#include "unit/model_support.h"
#include "unit/teams.h"

namespace filigree::test {

/// What makePlan says, with all that the plan refers to.
struct Planned {
  Status status;
  Plan plan;
  uint64_t wantedBytes = 0;
};

struct PlanWish {
  const KernelTable* kernels = &simdKernels();
  SparseMode sparse = SparseMode::Auto;
  size_t threads = 1;
  size_t limitBytes = SIZE_MAX;
  ChainLimits chains = {};
};

inline std::unique_ptr<Planned> makePlanOf(const Graph& graph, const PlanWish& wish = {}) {
  auto planned = std::make_unique<Planned>();
  planned->status = makePlan(graph,
                             {.kernels = *wish.kernels,
                              .sparse = wish.sparse,
                              .threads = wish.threads,
                              .limitBytes = wish.limitBytes,
                              .chains = wish.chains},
                             &planned->plan, &planned->wantedBytes);
  return planned;
}

inline RunContext contextOf(Plan& plan, const KernelTable& kernels) {
  return {kernels, teamOf(plan.threads), plan.scratch.data(), plan.scratchStride};
}

/// Seeded values between −1 and 1 in all inputs.
inline void fillInputs(Plan& plan, uint32_t seed) {
  uint32_t state = seed * 2654435761u + 1;
  for (size_t i = 0; i < plan.inputs.size(); ++i) {
    const size_t count = plan.inputs[i].shape.elements();
    for (size_t element = 0; element < count; ++element) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      plan.inputData[i][element] = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
    }
  }
}

inline void runPlan(Plan& plan, const KernelTable& kernels) {
  const RunContext context = contextOf(plan, kernels);
  context.team.run([&] {
    for (const Stage& stage : plan.stages) stage.step->run(context);
  });
}

/// Copies of all outputs.
inline std::vector<std::vector<float>> outputsOf(const Plan& plan) {
  std::vector<std::vector<float>> outputs;
  for (size_t i = 0; i < plan.outputs.size(); ++i) {
    const float* data = plan.outputData[i];
    outputs.emplace_back(data, data + plan.outputs[i].shape.elements());
  }
  return outputs;
}

}  // namespace filigree::test
