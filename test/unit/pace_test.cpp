// Pace: runs go the faster way, and the other one is not forgotten.
#include "pace.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <functional>

namespace filigree {
namespace {

using Way = Pace::Way;

/// A machine on which runs take what these say of them; they are given the run's number.
struct Machine {
  std::function<double(int)> togetherMs;
  std::function<double(int)> aloneMs;
};

struct Outcome {
  int together = 0;
  int alone = 0;
  double ms = 0;
};

Outcome runs(Pace& pace, const Machine& machine, int count) {
  Outcome outcome;
  for (int run = 0; run < count; ++run) {
    const Way way = pace.next();
    const bool isTogether = way == Way::Together;
    const double ms = isTogether ? machine.togetherMs(run) : machine.aloneMs(run);
    pace.took(way, ms);
    ++(isTogether ? outcome.together : outcome.alone);
    outcome.ms += ms;
  }
  return outcome;
}

auto always(double ms) {
  return [ms](int) { return ms; };
}

TEST(Pace, StaysTogetherWhereThatIsFaster) {
  Pace pace;
  EXPECT_EQ(pace.next(), Way::Together);
  pace.took(Way::Together, 1);
  const Outcome outcome = runs(pace, {always(1), always(2)}, 2000);
  EXPECT_LT(outcome.ms, 2000 * 1.02);
  EXPECT_GT(outcome.alone, 5) << "how long it takes alone may have changed";
}

TEST(Pace, RunsAloneWhereOthersHoldItUpAndSpendsAQuarterOnFindingOut) {
  Pace pace;
  runs(pace, {always(20), always(4)}, 10);
  const Outcome outcome = runs(pace, {always(20), always(4)}, 2000);
  EXPECT_LT(outcome.ms, 2000 * 4 * (1 + 1.0 / 4));
  EXPECT_GT(outcome.together, 10) << "the others may be free again";
}

TEST(Pace, RunsAloneWhereOneRunInFourIsHeldUp) {
  Pace pace;
  const Machine machine = {[](int run) { return run % 4 == 0 ? 16.0 : 1.0; }, always(1.5)};
  const Outcome outcome = runs(pace, machine, 4000);
  EXPECT_LT(outcome.ms, 4000 * 1.5 * 1.3) << "together: 4.75 ms each";
}

TEST(Pace, OneRunHeldUpChangesLittle) {
  Pace pace;
  const Machine machine = {always(1), always(1.5)};
  runs(pace, machine, 1000);
  runs(pace, {always(1000), always(1.5)}, 1);
  const Outcome outcome = runs(pace, machine, 100);
  EXPECT_GT(outcome.together, 85);
}

TEST(Pace, StartsTogetherAgainSoonAfterAChange) {
  Pace pace;
  for (const double heldUpMs : {5.0, 20.0, 1000.0}) {
    runs(pace, {always(heldUpMs), always(2)}, 1000);
    const Machine free = {always(1), always(2)};
    runs(pace, free, 300);
    EXPECT_GT(runs(pace, free, 100).together, 90) << heldUpMs;
  }
}

TEST(Pace, SlowFirstRunsAreForgotten) {
  Pace pace;
  const Machine machine = {[](int run) { return run < 3 ? 100.0 : 1.0; }, always(2)};
  runs(pace, machine, 50);
  EXPECT_GT(runs(pace, {always(1), always(2)}, 100).together, 90);
}

TEST(Pace, FollowsWhenBothWaysTakeLonger) {
  // Another input size: the longer runs together shall not be taken for held up ones.
  Pace pace;
  runs(pace, {always(1), always(2)}, 500);
  runs(pace, {always(10), always(20)}, 20);
  EXPECT_GT(runs(pace, {always(10), always(20)}, 100).together, 90);
}

}  // namespace
}  // namespace filigree
