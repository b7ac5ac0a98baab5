#include "pace.h"

#include <algorithm>

namespace filigree {

namespace {

/// What a new run counts for in the mean of its way, in which it counts as so many times the other
/// way at most: one run that was held up, however long, is soon forgotten.
constexpr double kNewRun = 0.25;
constexpr double kMostTimes = 16;

/// How long the threads are tried. They wake up on the caller's core at times, and it takes the
/// system some clock ticks with two threads at work there to move one to a core that is idle.
constexpr double kTrialMs = 50;

/// Runs the faster way take this many times what the last trial lost before the next one: where the
/// threads are no help for long, finding that out costs a quarter at most …
constexpr double kRepaid = 4;
/// … and after the ones that lose little, twice as long as before, up to so many runs. Longer than
/// that, and than this, no change goes unnoticed.
constexpr double kMostRuns = 64;
constexpr double kLongestRestMs = 500;

constexpr Pace::Way otherThan(Pace::Way way) {
  return way == Pace::Way::Together ? Pace::Way::Alone : Pace::Way::Together;
}

}  // namespace

Pace::Way Pace::next() const {
  return untilTrialMs_ > 0 ? faster_ : otherThan(faster_);
}

void Pace::took(Way way, double ms) {
  double& mean = meanOf(way);
  const bool isTrial = way != faster_;
  // A trial forgets what the ones before it found.
  const bool isFirst = mean == kUnknownMs || (isTrial && trialMs_ == 0);
  const double counted = std::min(ms, kMostTimes * meanOf(otherThan(way)));
  mean = isFirst ? counted : mean * (1 - kNewRun) + counted * kNewRun;
  if (isTrial) {
    trialMs_ += ms;
    lostMs_ += ms - meanOf(faster_);
    if (way == Way::Alone || trialMs_ >= kTrialMs) endTrial();
    return;
  }
  untilTrialMs_ -= ms;
  if (meanOf(otherThan(faster_)) < mean) preferOther();
}

void Pace::endTrial() {
  const double usualMs = meanOf(faster_);
  const double lostMs = lostMs_;
  trialMs_ = 0;
  lostMs_ = 0;
  if (meanOf(otherThan(faster_)) < usualMs) {
    preferOther();
    return;
  }
  const double mostMs = kMostRuns * usualMs;
  restMs_ = std::max(kRepaid * lostMs, std::min(2 * restMs_, mostMs));
  restMs_ = std::min(restMs_, std::max(kLongestRestMs, mostMs));
  untilTrialMs_ = restMs_;
}

/// For one run at least; if it was held up by chance, the way that was faster is so again then.
void Pace::preferOther() {
  faster_ = otherThan(faster_);
  restMs_ = meanOf(faster_);
  untilTrialMs_ = restMs_;
}

}  // namespace filigree
