// Plan: a model ready to run. Steps with packed weights, one arena, nothing left to decide.
//
// Made once by planner.h; immutable but for the contents of its arena. The file's bytes are no
// longer needed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "memory.h"
#include "ops/operator.h"
#include "ops/step.h"
#include "plan/arena.h"
#include "plan/chain.h"

namespace filigree {

/// An input or output of the model, or an operand of a layer.
struct TensorInfo {
  std::string name;
  Shape shape;
  DType dtype = DType::Float32;
};

/// One node of the graph after the passes.
struct Layer {
  std::string name;          // of its output
  std::string fileOperator;  // "CONV_2D"
  std::string fused;         // "RELU6", "ADD + PRELU", or empty
  Layout layout = Layout::RowMajor;
  std::vector<TensorInfo> inputs;  // maps only, not weights
  TensorInfo output;
  size_t packedBytes = 0;
  std::unique_ptr<Step> step;    // null: the output is the input's memory under another name
  const Chain* chain = nullptr;  // null: runs on its own
};

/// What is done at once: a layer, or a chain of them.
struct Stage {
  size_t layer = 0;  // of a chain the last one
  const Step* step = nullptr;
};

/// Where a value lies, for the property tests of the arena. Values that share one buffer, being
/// names for the same memory, have the same index.
struct PlacedValue {
  std::string name;
  int32_t bufferIndex = 0;
  ArenaBuffer buffer;
};

struct Plan {
  std::vector<Layer> layers;
  std::vector<std::unique_ptr<Chain>> chains;
  std::vector<Stage> stages;  // in the order of execution
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<float*> inputData;
  std::vector<float*> outputData;
  std::vector<PassCount> passes;
  std::vector<PlacedValue> placed;
  SparseMode sparse = SparseMode::Auto;
  size_t threads = 1;

  Block packed;
  Block arena;
  Block scratch;
  size_t scratchStride = 0;

  size_t totalBytes() const { return packed.size() + arena.size() + scratch.size(); }
};

}  // namespace filigree
