// The arena as tests watch it: nothing alive overlaps, and no step reads or writes what is not its
// own; used by plan_*_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "memory.h"
#include "unit/plan_support.h"

namespace filigree::test {

/// Bytes that no computation of the tests' models yields.
inline constexpr uint8_t kPoison = 0xff;

/// Runs the plan one step at a time. Before each, everything that holds nothing is poisoned (as
/// floats: NaN): parts of the arena where nothing is alive, and the scratch memory. After each,
/// nothing but the buffer that the step makes may have changed, and of that nothing that was alive
/// before.
inline void runWatched(Plan& plan, const KernelTable& kernels) {
  const RunContext context = contextOf(plan, kernels);
  for (const Stage& stage : plan.stages) {
    const Layer& layer = plan.layers[stage.layer];
    SCOPED_TRACE("step " + std::to_string(stage.layer) + ", " + layer.fileOperator);
    const auto step = static_cast<int32_t>(stage.layer);
    std::vector<bool> isAlive(plan.arena.size(), false);
    const ArenaBuffer* made = nullptr;
    for (const PlacedValue& value : plan.placed) {
      const ArenaBuffer& buffer = value.buffer;
      if (buffer.firstStep == step) made = &buffer;
      if (buffer.firstStep >= step || buffer.lastStep < step) continue;
      std::fill_n(isAlive.begin() + static_cast<ptrdiff_t>(buffer.offset), buffer.bytes, true);
    }
    ASSERT_NE(made, nullptr);
    uint8_t* arena = plan.arena.data();
    for (size_t i = 0; i < plan.arena.size(); ++i) {
      if (!isAlive[i]) arena[i] = kPoison;
    }
    std::memset(plan.scratch.data(), kPoison, plan.scratch.size());
    const std::vector<uint8_t> before(arena, arena + plan.arena.size());
    context.team.run([&] { stage.step->run(context); });
    for (size_t i = 0; i < plan.arena.size(); ++i) {
      if (!isAlive[i] && i >= made->offset && i < made->offset + made->bytes) continue;
      ASSERT_EQ(arena[i], before[i])
          << "byte " << i << " changed, but the output lies at " << made->offset;
    }
  }
}

/// The buffer is a part of the whole, or of a part of it.
inline bool isPartOf(const Plan& plan, const ArenaBuffer& part, int32_t whole) {
  if (part.whole == whole || part.whole == ArenaBuffer::kItself) return part.whole == whole;
  for (const PlacedValue& value : plan.placed) {
    if (value.bufferIndex == part.whole) return isPartOf(plan, value.buffer, whole);
  }
  ADD_FAILURE() << "no buffer " << part.whole;
  return false;
}

inline void expectNoOverlaps(const Plan& plan) {
  const std::vector<PlacedValue>& placed = plan.placed;
  for (const PlacedValue& one : placed) {
    const ArenaBuffer& a = one.buffer;
    if (a.whole == ArenaBuffer::kItself) EXPECT_EQ(a.offset % kAlignmentBytes, 0u) << one.name;
    EXPECT_LE(a.offset + a.bytes, plan.arena.size()) << one.name;
    for (const PlacedValue& other : placed) {
      if (one.bufferIndex == other.bufferIndex) continue;  // two names of one buffer
      const ArenaBuffer& b = other.buffer;
      if (isPartOf(plan, a, other.bufferIndex)) {
        EXPECT_GE(a.offset, b.offset) << one.name << " in " << other.name;
        EXPECT_LE(a.offset + a.bytes, b.offset + b.bytes) << one.name << " in " << other.name;
        continue;
      }
      const bool overlap = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
      const bool together = a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
      EXPECT_FALSE(overlap && together && !isPartOf(plan, b, one.bufferIndex))
          << one.name << " and " << other.name;
    }
  }
}

}  // namespace filigree::test
