// The arena: no two buffers that are alive together overlap, whatever their sizes and lifetimes.
#include "memory.h"
#include "plan/arena.h"
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

bool aliveTogether(const ArenaBuffer& a, const ArenaBuffer& b) {
  return std::max(a.firstStep, b.firstStep) <= std::min(a.lastStep, b.lastStep);
}

void expectPlaced(const std::vector<ArenaBuffer>& buffers, uint64_t total) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    const ArenaBuffer& a = buffers[i];
    EXPECT_EQ(a.offset % kAlignmentBytes, 0u);
    EXPECT_LE(a.offset + a.bytes, total);
    for (size_t j = 0; j < i; ++j) {
      const ArenaBuffer& b = buffers[j];
      const bool overlap = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
      EXPECT_FALSE(overlap && aliveTogether(a, b))
          << "buffers " << j << " and " << i << " at " << b.offset << " and " << a.offset;
    }
  }
}

/// The largest sum of sizes that are alive at one step: no arena can be smaller.
uint64_t largestAlive(const std::vector<ArenaBuffer>& buffers) {
  uint64_t largest = 0;
  for (const ArenaBuffer& at : buffers) {
    uint64_t sum = 0;
    for (const ArenaBuffer& other : buffers) {
      const bool alive = other.firstStep <= at.firstStep && at.firstStep <= other.lastStep;
      sum += alive ? alignUp(other.bytes) : 0;
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

TEST(Arena, randomBuffersNeverOverlapWhileAlive) {
  uint64_t totals = 0;
  uint64_t leastPossible = 0;
  for (uint32_t seed = 1; seed <= 500; ++seed) {
    Random random(seed);
    std::vector<ArenaBuffer> buffers(1 + random.below(60));
    const uint32_t steps = 1 + random.below(40);
    for (ArenaBuffer& buffer : buffers) {
      // Small ones, equal ones and a few large ones.
      buffer.bytes = random.below(4) == 0 ? 1 + random.below(100'000) : 1 + random.below(300);
      buffer.firstStep = static_cast<int32_t>(random.below(steps));
      buffer.lastStep = buffer.firstStep + static_cast<int32_t>(random.below(6));
    }
    const uint64_t total = placeBuffers(&buffers);
    expectPlaced(buffers, total);
    EXPECT_GE(total, largestAlive(buffers));
    totals += total;
    leastPossible += largestAlive(buffers);
  }
  // Greedy is no optimum, but not far from it.
  EXPECT_LT(static_cast<double>(totals), 1.1 * static_cast<double>(leastPossible));
}

TEST(Arena, aChainNeedsRoomForTwoNeighbours) {
  std::vector<ArenaBuffer> buffers;
  for (int32_t step = 0; step < 10; ++step) {
    buffers.push_back({.bytes = 640, .firstStep = step, .lastStep = step + 1});
  }
  EXPECT_EQ(placeBuffers(&buffers), 1280u);
  expectPlaced(buffers, 1280);
}

TEST(Arena, whatEndsWhereAnotherBeginsIsAliveWithIt) {
  std::vector<ArenaBuffer> buffers{{.bytes = 64, .firstStep = 0, .lastStep = 3},
                                   {.bytes = 64, .firstStep = 3, .lastStep = 4},
                                   {.bytes = 64, .firstStep = 4, .lastStep = 5}};
  EXPECT_EQ(placeBuffers(&buffers), 128u);
  EXPECT_NE(buffers[0].offset, buffers[1].offset);
  EXPECT_NE(buffers[1].offset, buffers[2].offset);
}

TEST(Arena, theTightestGapIsTaken) {
  // Gaps of 192 and of 64 bytes open up at step 1; the last buffer fits both.
  std::vector<ArenaBuffer> buffers{
      {.bytes = 1024, .firstStep = 0, .lastStep = 1}, {.bytes = 192, .firstStep = 0, .lastStep = 0},
      {.bytes = 512, .firstStep = 0, .lastStep = 1},  {.bytes = 128, .firstStep = 0, .lastStep = 0},
      {.bytes = 256, .firstStep = 0, .lastStep = 1},  {.bytes = 64, .firstStep = 1, .lastStep = 1}};
  expectPlaced(buffers, placeBuffers(&buffers));
}

TEST(Arena, aPartLiesInItsWholeWhoseMemoryIsTakenWhileThePartIsAlive) {
  std::vector<ArenaBuffer> buffers{
      {.bytes = 12, .firstStep = 2, .lastStep = 3, .whole = 2, .offsetInWhole = 8},
      {.bytes = 64, .firstStep = 0, .lastStep = 1},
      {.bytes = 40, .firstStep = 0, .lastStep = 6, .whole = 3, .offsetInWhole = 4},
      {.bytes = 64, .firstStep = 3, .lastStep = 4},
      {.bytes = 64, .firstStep = 5, .lastStep = 6},
      {.bytes = 64, .firstStep = 7, .lastStep = 8}};
  EXPECT_EQ(placeBuffers(&buffers), 128u);
  EXPECT_EQ(buffers[2].offset, buffers[3].offset + 4);
  EXPECT_EQ(buffers[0].offset, buffers[3].offset + 12);
  EXPECT_NE(buffers[1].offset, buffers[3].offset);
  EXPECT_NE(buffers[4].offset, buffers[3].offset);
  // Buffers keep the steps of their own.
  EXPECT_EQ(buffers[3].firstStep, 3);
  EXPECT_EQ(buffers[3].lastStep, 4);
}

TEST(Arena, sumsBeyond32BitsAreCounted) {
  std::vector<ArenaBuffer> buffers(6, {.bytes = uint64_t{1} << 30, .firstStep = 0, .lastStep = 1});
  EXPECT_EQ(placeBuffers(&buffers), uint64_t{6} << 30);
  expectPlaced(buffers, uint64_t{6} << 30);
}

TEST(Arena, nothingNeedsNothing) {
  std::vector<ArenaBuffer> none;
  EXPECT_EQ(placeBuffers(&none), 0u);
}

}  // namespace
}  // namespace filigree::test
