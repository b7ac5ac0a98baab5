// Which layers run together.
#include <algorithm>

#include "plan/chain.h"

namespace filigree {

namespace {

class ChainFinder {
 public:
  ChainFinder(const Graph& graph, const std::vector<Step*>& steps, const ChainLimits& limits,
              size_t threads)
      : graph_(graph), steps_(steps), limits_(limits), threads_(threads), uses_(findUses(graph)) {}

  std::vector<std::unique_ptr<Chain>> run() {
    std::vector<std::unique_ptr<Chain>> chains;
    std::vector<bool> isTaken(graph_.nodes.size(), false);
    for (size_t index = 0; index < graph_.nodes.size(); ++index) {
      if (isTaken[index] || rowStep(index) == nullptr) continue;
      std::unique_ptr<Chain> chain = longestFrom(index);
      if (chain == nullptr) continue;
      for (const ChainedLayer& layer : chain->layers()) isTaken[layer.index] = true;
      chains.push_back(std::move(chain));
    }
    return chains;
  }

 private:
  RowStep* rowStep(size_t index) const {
    return steps_[index] == nullptr ? nullptr : steps_[index]->asRowStep();
  }

  ChainedLayer layerOf(size_t index) const {
    const Node& node = graph_.nodes[index];
    const Shape& shape = graph_.value(node.output()).shape;
    return {.index = index,
            .step = rowStep(index),
            .input = node.input(0),
            .output = node.output(),
            .rows = static_cast<size_t>(shape.height()),
            .columns = static_cast<size_t>(shape.width()),
            .channels = static_cast<size_t>(shape.channels())};
  }

  /// The layer that alone reads the output of `index`, by rows; kNone when there is none.
  int32_t next(size_t index) const {
    const Node& node = graph_.nodes[index];
    const auto value = static_cast<size_t>(node.output());
    // A residual lies like the output, so that it must be a whole map.
    if (node.epilogue.residual != kNone || uses_.isOutput[value] != 0) return kNone;
    if (uses_.consumers[value].size() != 1) return kNone;
    const int32_t reader = uses_.consumers[value].front();
    const auto at = static_cast<size_t>(reader);
    if (rowStep(at) == nullptr || graph_.nodes[at].input(0) != node.output()) return kNone;
    const Value& map = graph_.value(node.output());
    if (storageFloats(map.shape, map.layout) * sizeof(float) < limits_.leastMapBytes) return kNone;
    return reader;
  }

  std::unique_ptr<Chain> longestFrom(size_t index) const {
    std::unique_ptr<Chain> best;
    std::vector<ChainedLayer> layers{layerOf(index)};
    for (int32_t reader = next(index); reader != kNone;
         reader = next(static_cast<size_t>(reader))) {
      layers.push_back(layerOf(static_cast<size_t>(reader)));
      if (layers.size() > Chain::kMostLayers) break;
      auto chain = std::make_unique<Chain>(layers, threads_);
      if (!chain->plan(limits_.mostBandBytes)) break;
      best = std::move(chain);
    }
    return best;
  }

  const Graph& graph_;
  const std::vector<Step*>& steps_;
  const ChainLimits& limits_;
  size_t threads_;
  Uses uses_;
};

}  // namespace

std::vector<std::unique_ptr<Chain>> findChains(const Graph& graph, const std::vector<Step*>& steps,
                                               const ChainLimits& limits, size_t threads) {
  return ChainFinder(graph, steps, limits, threads).run();
}

}  // namespace filigree
