#include "kernels/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "kernels.h"

namespace filigree::bench {

Options options;

namespace {

constexpr size_t kColdBytes = 8 << 20;
constexpr double kSampleSeconds = 0.0015;

double seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// The multiply-add limit in 10⁹ per second, from the numbers of accumulators that came out best
/// before.
class Peak {
 public:
  double sample() {
    if (best_ == 0) choose();
    // Another number beside it each time, in case that the choice fell into a slow moment.
    next_ = next_ == 16 ? 8 : next_ + 1;
    return std::max(rate(best_), rate(next_));
  }

  double best() {
    double highest = 0;
    for (int round = 0; round < 5; ++round) highest = std::max(highest, sample());
    return highest;
  }

 private:
  void choose() {
    double highest = 0;
    for (int round = 0; round < 5; ++round) {
      for (int accumulators = 4; accumulators <= 16; ++accumulators) {
        const double now = rate(accumulators);
        if (now > highest) best_ = accumulators;
        highest = std::max(highest, now);
      }
    }
  }

  double rate(int accumulators) {
    for (;;) {
      float sink;
      const double start = seconds();
      const double done = runPeakLoop(accumulators, iterations_, &sink);
      const double elapsed = seconds() - start;
      // Long enough for the coarse clocks of browsers.
      if (elapsed > 0.001) return done / elapsed * 1e-9;
      iterations_ *= 2;
    }
  }

  int best_ = 0;
  int next_ = 8;
  size_t iterations_ = 1000;
};
Peak peak;

}  // namespace

double bestLimit() {
  return peak.best();
}

void measure(const char* kernel, const std::string& layer, double work, const char* unit,
             size_t copies, const std::function<void(size_t copy)>& run) {
  const std::string name = std::string(kernel) + " " + layer;
  if (name.find(options.filter) == std::string::npos) return;
  size_t copy = 0;
  const auto sample = [&](size_t calls) {
    const double start = seconds();
    for (size_t i = 0; i < calls; ++i) {
      run(copy);
      copy = copy + 1 == copies ? 0 : copy + 1;
    }
    return seconds() - start;
  };
  // The smallest of three: a first call that is slow for another reason shall not count.
  size_t calls = 1;
  while (std::min({sample(calls), sample(calls), sample(calls)}) < kSampleSeconds) calls *= 2;
  double rate = 0;
  double limit = 0;
  for (int round = 0; round < options.rounds; ++round) {
    limit = std::max(limit, peak.sample());
    const double now = work * static_cast<double>(calls) / sample(calls) * 1e-9;
    // A coarse clock may have stood still.
    if (std::isfinite(now)) rate = std::max(rate, now);
  }
  std::printf("%-30s %-22s %7.2f %s", kernel, layer.c_str(), rate, unit);
  if (std::strcmp(unit, "GMAC/s") == 0) {
    std::printf(" %6.1f %% of %.1f, %.2f M", 100 * rate / limit, limit, work * 1e-6);
  }
  std::printf("\n");
}

uint32_t nextRandom() {
  static uint32_t state = 12345;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

float randomValue() {
  const float magnitude = 0.25f + static_cast<float>(nextRandom() >> 8) / 33554432.0f;
  return (nextRandom() & 1024) != 0 ? magnitude : -magnitude;
}

size_t copiesFor(size_t floats) {
  return options.warm ? 1 : std::max<size_t>(2, kColdBytes / (floats * sizeof(float)) + 1);
}

}  // namespace filigree::bench
