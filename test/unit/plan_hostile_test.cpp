// Files that the reader accepts may still ask for the impossible: every damaged file becomes a plan
// that runs, or a status.
#include "unit/kernels_support.h"
#include "unit/plan_support.h"

namespace filigree::test {
namespace {

/// Enough for the undamaged model; more is refused, as a page's limit would.
constexpr size_t kLimitBytes = size_t{16} << 20;

/// A step that would take minutes proves nothing.
constexpr uint64_t kMostMacs = 20'000'000;

uint64_t executedMacs(const Plan& plan) {
  uint64_t sum = 0;
  for (const Layer& layer : plan.layers) {
    if (layer.step != nullptr) sum += layer.step->report().executedMacs;
  }
  return sum;
}

struct Counts {
  int refused = 0;
  int planned = 0;
};

void planAndRun(const Bytes& bytes, SparseMode sparse, Counts* counts) {
  const auto file = read(bytes);
  if (!file.status.ok()) return;
  const auto made = makePlanOf(file.graph, {.sparse = sparse, .limitBytes = kLimitBytes});
  if (!made->status.ok()) {
    EXPECT_FALSE(made->status.message().empty());
    ++counts->refused;
    return;
  }
  ++counts->planned;
  if (executedMacs(made->plan) > kMostMacs) return;
  fillInputs(made->plan, 1);
  runPlan(made->plan, simdKernels());
}

TEST(HostileFiles, everyByteOfTheSmallModelMayBeWrong) {
  const Bytes whole = modelOfEverything().pack();
  Counts counts;
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const uint8_t change : {0x01, 0x10, 0x80, 0xff}) {
      Bytes damaged = whole;
      damaged[i] ^= change;
      planAndRun(damaged, SparseMode::Always, &counts);
    }
  }
  // Most damage is found by the reader, or is a weight's.
  EXPECT_GT(counts.planned, 1000);
  EXPECT_GT(counts.refused, 5);
}

TEST(HostileFiles, wordsOfTheSmallModelMayBeHuge) {
  const Bytes whole = modelOfEverything().pack();
  Counts counts;
  for (size_t i = 0; i + 4 <= whole.size(); i += 4) {
    for (const int32_t value : {0, 1, -1, 7, 1 << 10, 1 << 16, 1 << 20, 1 << 28, INT32_MAX}) {
      Bytes damaged = whole;
      std::memcpy(damaged.data() + i, &value, sizeof value);
      planAndRun(damaged, SparseMode::Auto, &counts);
    }
  }
  EXPECT_GT(counts.planned, 1000);
  EXPECT_GT(counts.refused, 50);
}

}  // namespace
}  // namespace filigree::test
