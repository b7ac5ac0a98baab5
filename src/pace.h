// Pace: whether a run is faster with all threads or by the caller alone, from how long the last
// ones took.
//
// Threads are no help where another program has their core, where the system lets two of them share
// one, or where a model is so small that handing the work over costs more than doing it. All of
// that comes and goes, so both ways are tried again and again: the one that loses the less often
// the more it lost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace filigree {

class Pace {
 public:
  enum class Way : uint8_t { Together, Alone };

  /// How the next run shall go.
  Way next() const;
  /// What it took. Once after each `next`, with what that returned.
  void took(Way way, double ms);

 private:
  static constexpr double kUnknownMs = std::numeric_limits<double>::infinity();
  static constexpr double kFirstRestMs = 10;

  void endTrial();
  void preferOther();
  double& meanOf(Way way) { return meanMs_[static_cast<size_t>(way)]; }

  std::array<double, 2> meanMs_ = {kUnknownMs, kUnknownMs};  // of the last runs, by Way
  Way faster_ = Way::Together;
  double untilTrialMs_ = kFirstRestMs;  // of runs the faster way; then the other one is tried
  double restMs_ = 0;                   // what that was after the last trial
  double trialMs_ = 0;                  // what the runs of this trial took so far
  double lostMs_ = 0;                   // and how much more than the faster way would have
};

}  // namespace filigree
