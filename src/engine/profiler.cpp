// Session::profile and Session::measurePeak: the two that look at the clock.
#include <algorithm>
#include <vector>

#include "clock.h"
#include "engine/session.h"
#include "parallel.h"
#include "text.h"

namespace filigree {

namespace {

double median(std::vector<double> times) {
  const size_t middle = times.size() / 2;
  std::nth_element(times.begin(), times.begin() + static_cast<ptrdiff_t>(middle), times.end());
  return times[middle];
}

/// The mean of the middle half: as deaf to outliers as the median, but finer than a clock whose
/// ticks, 5 µs in browsers, are longer than many a layer.
double middleMean(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const size_t skip = times.size() / 4;
  double sum = 0;
  for (size_t i = skip; i < times.size() - skip; ++i) sum += times[i];
  return sum / static_cast<double>(times.size() - 2 * skip);
}

constexpr int kFewestAccumulators = 4;
constexpr int kMostAccumulators = 16;

/// Pages that are not isolated see a clock that ticks every 0.1 ms; a loop must last many ticks.
constexpr double kShortestLoopMs = 3;

/// Whatever the loops compute ends up here, so that no compiler can leave them out.
float peakSink = 0;

/// Shares the time of a chain among its layers as their parts of it took.
void runChain(const Chain& chain, const RunContext& context,
              std::vector<std::vector<double>>* layerMs) {
  const auto& layers = chain.layers();
  std::vector<double> parts(context.team.threads() * Chain::kMostLayers, 0);
  const double before = nowMs();
  chain.runTimed(context, nowMs, parts.data());
  const double whole = nowMs() - before;
  double sum = 0;
  for (const double part : parts) sum += part;
  for (size_t i = 0; i < layers.size(); ++i) {
    double ofLayer = 0;
    for (size_t thread = 0; thread < context.team.threads(); ++thread) {
      ofLayer += parts[thread * Chain::kMostLayers + i];
    }
    const double share = sum > 0 ? ofLayer / sum : 1.0 / static_cast<double>(layers.size());
    (*layerMs)[layers[i].index].push_back(whole * share);
  }
}

void runStages(const Plan& plan, const RunContext& context,
               std::vector<std::vector<double>>* layerMs) {
  double before = nowMs();
  for (const Stage& stage : plan.stages) {
    const Chain* chain = plan.layers[stage.layer].chain;
    if (chain != nullptr) {
      runChain(*chain, context, layerMs);
    } else {
      stage.step->run(context);
      (*layerMs)[stage.layer].push_back(nowMs() - before);
    }
    before = nowMs();
  }
}

}  // namespace

std::string Session::profile(int runs) {
  const RunContext runContext = context();
  const size_t layers = plan_->layers.size();
  std::vector<std::vector<double>> layerMs(layers);
  std::vector<double> totalMs;
  for (int run = 0; run < runs; ++run) {
    const double start = nowMs();
    team_.run([&] { runStages(*plan_, runContext, &layerMs); });
    totalMs.push_back(nowMs() - start);
  }
  double sum = 0;
  for (const double ms : totalMs) sum += ms;
  const double medianMs = median(totalMs);
  std::string out = text("{\"runs\":", runs,
                         ",\"ms\":{\"min\":", *std::min_element(totalMs.begin(), totalMs.end()),
                         ",\"median\":", medianMs, ",\"mean\":", sum / runs, "},\"layers\":[");
  bool first = true;
  for (size_t i = 0; i < layers; ++i) {
    const Layer& layer = plan_->layers[i];
    if (layer.step == nullptr) continue;
    const double ms = middleMean(layerMs[i]);
    const double macs = static_cast<double>(layer.step->report().macs.nonzero);
    if (!first) out += ',';
    first = false;
    out += text("{\"index\":", i, ",\"name\":");
    appendJsonString(out, layer.name);
    out += text(",\"op\":\"", layer.fileOperator, "\",\"kernel\":\"", layer.step->report().kernel,
                "\",\"ms\":", ms, ",\"gmacs\":", ms > 0 ? macs / ms / 1e6 : 0.0,
                ",\"share\":", medianMs > 0 ? ms / medianMs : 0.0, "}");
  }
  return out + "]}";
}

double Session::measurePeak(double seconds) {
  size_t iterations = 20'000;
  double best = 0;
  const size_t threads = team_.threads();
  std::vector<double> done(threads, 0);
  std::vector<float> sinks(threads, 0);
  const double end = nowMs() + seconds * 1000;
  // Every number of accumulators has its turn at least once, however short the time.
  do {
    for (int accumulators = kFewestAccumulators; accumulators <= kMostAccumulators;) {
      const double start = nowMs();
      team_.runOnce([&] {
        parallelFor(team_, threads, [&](size_t, size_t index) {
          done[index] = runPeakLoop(accumulators, iterations, &sinks[index]);
        });
      });
      const double ms = nowMs() - start;
      double macs = 0;
      for (size_t i = 0; i < threads; ++i) {
        macs += done[i];
        peakSink += sinks[i];
      }
      if (ms < kShortestLoopMs) {
        iterations *= 2;
        continue;
      }
      best = std::max(best, macs / ms / 1e6);
      ++accumulators;
    }
  } while (nowMs() < end);
  return best;
}

}  // namespace filigree
