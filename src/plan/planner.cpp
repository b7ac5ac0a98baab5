#include "plan/planner.h"

#include <algorithm>

#include "graph/passes.h"
#include "plan/place_values.h"

namespace filigree {

namespace {

Status inferShapes(Graph& graph) {
  for (const Node& node : graph.nodes) {
    FILIGREE_CHECK_OK(findOperator(node.type).inferShapes(graph, node));
  }
  return {};
}

Status runPasses(Graph& graph) {
  const auto note = [&graph](std::string_view name, int count) {
    graph.passes.push_back({name, count});
  };
  note("fold constants", foldConstants(graph));
  note("remove dead nodes", removeDead(graph));
  FILIGREE_CHECK_OK(inferShapes(graph));
  note("fold PAD", foldPad(graph));
  note("fold scale", foldScale(graph));
  note("swap resize", swapResize(graph));
  note("fuse residual ADD", fuseResidual(graph));
  note("fuse activation", fuseActivation(graph));
  note("materialize constants", materializeConstants(graph));
  note("insert conversions", insertLayouts(graph));
  return {};
}

/// The node only renames its input's memory.
bool isAlias(const Graph& graph, const Node& node) {
  const Value& input = graph.value(node.input(0));
  if (input.constant != nullptr) return false;
  if (node.type == OperatorType::Reshape) return true;
  return node.type == OperatorType::Convert && layoutsCoincide(input.shape);
}

const char* activationName(Activation activation) {
  constexpr const char* kNames[] = {"",         "RELU",       "RELU_N1_TO_1", "RELU6", "TANH",
                                    "SIGN_BIT", "HARD_SWISH", "LOGISTIC",     "PRELU"};
  return kNames[static_cast<size_t>(activation)];
}

std::string fusedText(const Epilogue& epilogue) {
  std::string out = epilogue.residual == kNone ? "" : "ADD";
  if (epilogue.activation == Activation::None) return out;
  if (!out.empty()) out += " + ";
  return out + activationName(epilogue.activation);
}

TensorInfo tensorInfo(const Value& value) {
  return {value.name, value.shape, value.dtype};
}

class Planner {
 public:
  Planner(Graph graph, const PlanOptions& options, Plan* plan)
      : graph_(std::move(graph)), options_(options), plan_(plan) {}

  Status run(uint64_t* wantedBytes) {
    for (const ValueId id : graph_.inputs) plan_->inputs.push_back(tensorInfo(graph_.value(id)));
    FILIGREE_CHECK_OK(runPasses(graph_));
    plan_->passes = graph_.passes;
    plan_->sparse = options_.sparse;
    plan_->threads = options_.threads;
    for (const ValueId id : graph_.outputs) plan_->outputs.push_back(tensorInfo(graph_.value(id)));
    FILIGREE_CHECK_OK(makeLayers());
    makeStages();
    place();
    *wantedBytes = packedBytes_ + places_.arenaBytes + scratchBytes_;
    FILIGREE_CHECK_OK(checkLimit(*wantedBytes));
    FILIGREE_CHECK_OK(pack());
    releaseConstants();
    FILIGREE_CHECK_OK(allocateMaps());
    bind();
    return {};
  }

 private:
  Status makeLayers() {
    const PlanContext context{graph_, options_.kernels, options_.sparse, options_.threads};
    for (const Node& node : graph_.nodes) {
      Layer layer;
      const Value& output = graph_.value(node.output());
      layer.name = output.name;
      layer.fileOperator = node.fileOperator;
      layer.fused = fusedText(node.epilogue);
      layer.layout = output.layout;
      layer.output = tensorInfo(output);
      for (const ValueId id : valuesRead(node)) {
        if (graph_.constant(id) == nullptr) layer.inputs.push_back(tensorInfo(graph_.value(id)));
      }
      if (!isAlias(graph_, node)) {
        FILIGREE_CHECK_OK(findOperator(node.type).plan(context, node, &layer.step));
        layer.packedBytes = layer.step->packedBytes();
        packedBytes_ += alignUp(layer.packedBytes + kOverReadBytes);
      }
      plan_->layers.push_back(std::move(layer));
    }
    return {};
  }

  /// What runs when: a chain in the place of its last layer.
  void makeStages() {
    std::vector<Step*> steps;
    steps.reserve(plan_->layers.size());
    for (const Layer& layer : plan_->layers) steps.push_back(layer.step.get());
    plan_->chains = findChains(graph_, steps, options_.chains, options_.threads);
    for (const auto& chain : plan_->chains) {
      chain->setPlanes(graph_);
      for (const ChainedLayer& layer : chain->layers()) {
        plan_->layers[layer.index].chain = chain.get();
        layer.step->addReason(chain->describe());
      }
    }
    size_t scratch = 0;
    for (size_t index = 0; index < plan_->layers.size(); ++index) {
      const Layer& layer = plan_->layers[index];
      const Chain* chain = layer.chain;
      if (layer.step == nullptr || (chain != nullptr && chain->lastLayer() != index)) continue;
      const Step* step = chain == nullptr ? layer.step.get() : chain;
      plan_->stages.push_back({index, step});
      scratch = std::max(scratch, step->scratchBytesPerThread());
    }
    plan_->scratchStride = alignUp(scratch + kOverReadBytes);
    scratchBytes_ = uint64_t{plan_->scratchStride} * options_.threads;
  }

  void place() {
    places_ = placeValues(graph_, plan_->layers);
    for (size_t id = 0; id < places_.bufferOf.size(); ++id) {
      const int32_t index = places_.bufferOf[id];
      if (index == kNone) continue;
      plan_->placed.push_back(
          {graph_.values[id].name, index, places_.buffers[static_cast<size_t>(index)]});
    }
  }

  /// After this all three sums fit size_t.
  Status checkLimit(uint64_t wantedBytes) const {
    if (wantedBytes <= options_.limitBytes) return {};
    return outOfMemory("the model needs ", wantedBytes, " bytes, the limit is ",
                       options_.limitBytes);
  }

  Status noRoom() const {
    return outOfMemory("no room for the model: ", packedBytes_, " bytes of packed weights, ",
                       places_.arenaBytes, " of maps and ", scratchBytes_, " of scratch");
  }

  Status pack() {
    if (!plan_->packed.allocate(static_cast<size_t>(packedBytes_))) return noRoom();
    uint8_t* next = plan_->packed.data();
    for (const Layer& layer : plan_->layers) {
      if (layer.step == nullptr) continue;
      FILIGREE_CHECK_OK(layer.step->pack(graph_, next));
      next += alignUp(layer.packedBytes + kOverReadBytes);
    }
    return {};
  }

  /// Arena and scratch take their place.
  void releaseConstants() {
    for (Value& value : graph_.values) value.constant.reset();
    if (options_.file != nullptr) options_.file->release();
  }

  Status allocateMaps() {
    const bool done = plan_->arena.allocate(static_cast<size_t>(places_.arenaBytes)) &&
                      plan_->scratch.allocate(static_cast<size_t>(scratchBytes_));
    return done ? Status{} : noRoom();
  }

  void bind() {
    Addresses addresses(graph_.values.size(), nullptr);
    for (size_t id = 0; id < addresses.size(); ++id) {
      const int32_t index = places_.bufferOf[id];
      if (index == kNone) continue;
      const uint64_t offset = places_.buffers[static_cast<size_t>(index)].offset;
      addresses[id] = reinterpret_cast<float*>(plan_->arena.data() + offset);
    }
    for (Layer& layer : plan_->layers) {
      if (layer.step != nullptr) layer.step->bind(addresses);
    }
    for (const auto& chain : plan_->chains) chain->bind(addresses);
    for (const ValueId id : graph_.inputs) {
      plan_->inputData.push_back(addresses[static_cast<size_t>(id)]);
    }
    for (const ValueId id : graph_.outputs) {
      plan_->outputData.push_back(addresses[static_cast<size_t>(id)]);
    }
  }

  Graph graph_;
  const PlanOptions& options_;
  Plan* plan_;
  ValuePlaces places_;
  // 64 bits wide: what a model wants may be more than there is.
  uint64_t packedBytes_ = 0;
  uint64_t scratchBytes_ = 0;
};

}  // namespace

Status makePlan(Graph graph, const PlanOptions& options, Plan* plan, uint64_t* wantedBytes) {
  *wantedBytes = 0;
  return Planner(std::move(graph), options, plan).run(wantedBytes);
}

}  // namespace filigree
