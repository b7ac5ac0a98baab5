// Chain: layers that run together, a band of rows at a time, so that what is between them stays in
// the cache.
//
// The classic case is the inverted residual block, whose 1×1 convolution makes six times as many
// planes as it reads only for the depthwise convolution behind it. Instead of all of them, a band
// of their rows lies in the thread's scratch memory; what the next band needs again moves to its
// top. Nothing is computed twice on one thread; on several, each works on a strip of its own from
// the top, and only the rows around the cuts are computed by both neighbours.
//
// The results are those of the layers on their own, bit for bit.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "ops/row_step.h"
#include "ops/step.h"

namespace filigree {

/// Layers whose rows may be made together.
struct ChainedLayer {
  size_t index = 0;  // of Plan::layers and Graph::nodes
  RowStep* step = nullptr;
  ValueId input = kNone;
  ValueId output = kNone;
  size_t rows = 0;  // of its output
  size_t columns = 0;
  size_t channels = 0;
};

class Chain final : public Step {
 public:
  static constexpr size_t kMostLayers = 8;

  /// Between 2 and kMostLayers layers, each the only reader of the one before.
  Chain(std::vector<ChainedLayer> layers, size_t threads);

  /// Cuts the work into bands; false when not even the lowest band's rows between the layers fit
  /// `mostBytes`.
  bool plan(size_t mostBytes);
  /// "in a chain of layers 3, 4, 5: 8 rows at a time"
  std::string describe() const;
  /// Tells the layers where their rows will lie. Before they are packed.
  void setPlanes(const Graph& graph);

  size_t scratchBytesPerThread() const override;
  void bind(const Addresses& addresses) override;
  void run(const RunContext& context) const override { runTimed(context, nullptr, nullptr); }
  /// Adds to layerMs[thread * kMostLayers + position in the chain] what `now`, in ms, says of it.
  void runTimed(const RunContext& context, double (*now)(), double* layerMs) const;

  const std::vector<ChainedLayer>& layers() const { return layers_; }
  size_t lastLayer() const { return layers_.back().index; }

 private:
  /// The rows between a layer and the next one.
  struct Between {
    size_t rows = 0;    // at a time
    size_t plane = 0;   // floats
    size_t offset = 0;  // bytes from the start of the scratch memory
  };
  /// What one band asks of a layer.
  struct Work {
    RowRange make;
    RowRange hold;  // of its output, those made before included
  };

  bool planBands(size_t rows, size_t mostBytes);
  template <typename Visit>
  void forEachBand(RowRange strip, const Visit& visit) const;
  void runStrip(RowRange strip, uint8_t* scratch, double (*now)(), double* layerMs) const;
  void moveUp(size_t position, size_t rows, size_t keep, uint8_t* scratch) const;
  RowRange strip(size_t index) const;

  std::vector<ChainedLayer> layers_;
  size_t strips_ = 1;
  size_t bandRows_ = 0;
  std::vector<Between> between_;
  size_t betweenBytes_ = 0;
  const float* input_ = nullptr;
  float* output_ = nullptr;
};

/// When layers run together. Measured on MobileNets and the real models in Chromium, on a core with
/// a second cache of 2 MB: where the map between two layers is larger than `leastMapBytes` the pair
/// is 1.1 to 1.4 times as fast, below 0.9 to 1 times.
struct ChainLimits {
  size_t leastMapBytes = size_t{1} << 20;
  /// What lies between the layers of a chain shall stay in the second cache, beside weights and
  /// what is read and written.
  size_t mostBandBytes = size_t{640} << 10;
};

/// Groups of layers that run faster together. `steps`: those of the nodes, by index; null for nodes
/// without.
std::vector<std::unique_ptr<Chain>> findChains(const Graph& graph, const std::vector<Step*>& steps,
                                               const ChainLimits& limits, size_t threads);

}  // namespace filigree
