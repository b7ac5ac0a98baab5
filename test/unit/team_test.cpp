// Team: every piece is worked on exactly once, whoever is late, and a thread never does two at
// once.
#include "team.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "clock.h"
#include "parallel.h"
#include "unit/teams.h"

namespace filigree {
namespace {

#if defined(FILIGREE_THREADS)
constexpr size_t kThreads = 3;
#else
constexpr size_t kThreads = 1;
#endif

class Random {
 public:
  size_t below(size_t bound) {
    state_ = state_ * 1664525 + 1013904223;
    return (state_ >> 16) % bound;
  }

 private:
  uint32_t state_ = 1;
};

/// Keeps a thread busy for a while that differs from piece to piece.
void work(size_t rounds) {
  volatile size_t sum = 0;
  for (size_t i = 0; i < rounds; ++i) sum = sum + i;
}

TEST(Team, DoesEveryPieceOnce) {
  Team& team = test::teamOf(kThreads);
  Random random;
  // Short pieces, few of them, and pauses long enough for threads to sleep: whoever is late meets
  // the next call's pieces.
  for (int run = 0; run < 300; ++run) {
    team.run([&] {
      for (int call = 0; call < 40; ++call) {
        const size_t count = random.below(9);
        const size_t rounds = random.below(2000);
        std::vector<std::atomic<int>> done(count);
        std::vector<std::atomic<int>> busy(kThreads);
        parallelFor(team, count, [&](size_t thread, size_t index) {
          ASSERT_LT(thread, kThreads);
          EXPECT_EQ(busy[thread].fetch_add(1), 0) << "thread " << thread << " does two at once";
          work(rounds);
          done[index].fetch_add(1);
          busy[thread].fetch_sub(1);
        });
        for (size_t index = 0; index < count; ++index) ASSERT_EQ(done[index], 1) << index;
        if (random.below(50) == 0) work(300'000);
      }
    });
    if (random.below(10) == 0) work(300'000);
  }
}

/// Calls so short that threads are always late: they come out of one call when the next has begun.
TEST(Team, WhoIsLateTakesNothingOfTheNextCall) {
  constexpr size_t kCalls = 60'000;
  constexpr size_t kMostPieces = 8;
  std::vector<std::array<std::atomic<uint8_t>, kMostPieces>> done(kCalls);
  // No more threads than cores, or they are late by whole time slices.
  Team& team = test::teamOf(std::min(kThreads, size_t{2}));
  team.run([&] {
    for (size_t call = 0; call < kCalls; ++call) {
      // Few and many in turn: a part that was finished is one with pieces left under the next
      // count.
      parallelFor(team, call % 2 == 0 ? 2 : kMostPieces,
                  [&, call](size_t, size_t index) { done[call][index].fetch_add(1); });
    }
  });
  for (size_t call = 0; call < kCalls; ++call) {
    for (size_t index = 0; index < kMostPieces; ++index) {
      const bool exists = call % 2 != 0 || index < 2;
      ASSERT_EQ(done[call][index], exists ? 1 : 0) << "call " << call << ", piece " << index;
    }
  }
}

TEST(Team, RunsWithoutOthers) {
  Team team;
  ASSERT_TRUE(team.start(1));
  EXPECT_EQ(team.threads(), 1u);
  size_t done = 0;
  team.run([&] { parallelFor(team, 5, [&](size_t thread, size_t) { done += 1 + thread; }); });
  EXPECT_EQ(done, 5u);
}

#if defined(FILIGREE_THREADS)
TEST(Team, IsHelpedByTheOthers) {
  // Of its own, which nobody has held up yet.
  Team team;
  ASSERT_TRUE(team.start(kThreads));
  std::vector<std::atomic<bool>> hasBegun(kThreads);
  // Each piece waits for all the others, which therefore must be on threads of their own.
  team.run([&] {
    parallelFor(team, kThreads, [&](size_t, size_t index) {
      hasBegun[index] = true;
      for (const auto& begun : hasBegun) {
        while (!begun) work(100);
      }
    });
  });
  SUCCEED();
}

void workFor(double ms) {
  const double until = nowMs() + ms;
  while (nowMs() < until) work(100);
}

/// A run of a piece for each thread that takes the caller `callerMs` and the others `othersMs`.
/// Returns whether another thread took part.
bool runTaking(Team& team, double callerMs, double othersMs) {
  std::atomic<bool> wereThere = false;
  team.run([&] {
    parallelFor(team, kThreads, [&](size_t thread, size_t) {
      if (thread != 0) wereThere = true;
      workFor(thread == 0 ? callerMs : othersMs);
    });
  });
  return wereThere;
}

/// Whether another thread takes part in one of some thousand runs.
bool doOthersEverTake(Team& team, double callerMs, double othersMs) {
  for (int run = 0; run < 2000; ++run) {
    if (runTaking(team, callerMs, othersMs)) return true;
  }
  return false;
}

TEST(Team, RunsAloneWhereTheOthersHoldItUp) {
  Team team;
  ASSERT_TRUE(team.start(kThreads));
  ASSERT_TRUE(doOthersEverTake(team, 1, 50));
  // It finds that out from a few runs.
  for (int run = 0; run < 10; ++run) runTaking(team, 1, 50);
  int together = 0;
  for (int run = 0; run < 20; ++run) together += runTaking(team, 1, 50) ? 1 : 0;
  EXPECT_LE(together, 1);
  // And then not for ever.
  EXPECT_TRUE(doOthersEverTake(team, 1, 50));
}

TEST(Team, RunsTogetherWhereThatIsFasterAllTheSame) {
  Team team;
  ASSERT_TRUE(team.start(kThreads));
  // The caller waits each time, but alone would take three times as long.
  int inSuccession = 0;
  for (int run = 0; run < 200 && inSuccession < 3; ++run) {
    inSuccession = runTaking(team, 10, 13) ? inSuccession + 1 : 0;
  }
  EXPECT_EQ(inSuccession, 3);
}
#endif

TEST(PiecesFor, GivesEachThreadAsMany) {
  EXPECT_EQ(piecesFor(1, 1000, 1), 1u);
  EXPECT_EQ(piecesFor(2, 1000, 600), 1u);
  EXPECT_EQ(piecesFor(2, 1000, 500), 2u);
  EXPECT_EQ(piecesFor(2, 1000, 300), 2u);
  EXPECT_EQ(piecesFor(3, 1000, 150), 6u);
  EXPECT_EQ(piecesFor(2, 1000, 1), 2 * kPiecesPerThread);
  EXPECT_EQ(piecesFor(4, 3, 1), 3u);
  EXPECT_EQ(piecesFor(4, 0, 0), 1u);
}

/// How often each row of each plane is in a part, and how many parts there are.
std::vector<int> coverage(Team& team, size_t planes, size_t rows, size_t columns, size_t minimum,
                          int* parts) {
  std::vector<std::atomic<int>> hits(planes * rows);
  std::atomic<int> count = 0;
  team.run([&] {
    parallelBands(team, planes, rows, columns, minimum, [&](size_t, const PlaneRange& part) {
      ++count;
      for (size_t plane = part.firstPlane; plane < part.lastPlane; ++plane) {
        for (size_t row = part.firstRow; row < part.lastRow; ++row) ++hits[plane * rows + row];
      }
    });
  });
  *parts = count;
  return {hits.begin(), hits.end()};
}

TEST(ParallelBands, CoversEveryRowOfEveryPlaneOnce) {
  Team& team = test::teamOf(kThreads);
  for (const size_t planes : {0, 1, 2, 7, 32}) {
    for (const size_t rows : {0, 1, 5, 17, 18, 19, 40}) {
      for (const size_t columns : {1, 1000}) {
        for (const size_t minimum : {0, 1, 30, 100'000}) {
          int parts = 0;
          const std::vector<int> hits = coverage(team, planes, rows, columns, minimum, &parts);
          EXPECT_EQ(hits, std::vector<int>(planes * rows, 1)) << planes << " × " << rows;
          if (minimum == 100'000) EXPECT_LE(parts, 1);
        }
      }
    }
  }
}

}  // namespace
}  // namespace filigree
