#include "plan/place_values.h"

#include <algorithm>

namespace filigree {

namespace {

class ValuePlacer {
 public:
  ValuePlacer(const Graph& graph, const std::vector<Layer>& layers)
      : graph_(graph), layers_(layers) {}

  ValuePlaces run() {
    const auto last = static_cast<int32_t>(graph_.nodes.size());
    places_.bufferOf.assign(graph_.values.size(), kNone);
    // Inputs stay whole until the end, so that a model can be run again on the same input.
    for (const ValueId id : graph_.inputs) newBuffer(id, -1, last);
    for (int32_t index = 0; index < last; ++index) placeOutput(index);
    for (const ValueId id : graph_.outputs) touch(id, last);
    places_.arenaBytes = placeBuffers(&places_.buffers);
    return std::move(places_);
  }

 private:
  int32_t& bufferOf(ValueId id) { return places_.bufferOf[static_cast<size_t>(id)]; }

  void placeOutput(int32_t index) {
    const Node& node = graph_.nodes[static_cast<size_t>(index)];
    const Layer& layer = layers_[static_cast<size_t>(index)];
    const int32_t runs =
        layer.chain == nullptr ? index : static_cast<int32_t>(layer.chain->lastLayer());
    for (const ValueId id : valuesRead(node)) touch(id, runs);
    if (runs != index) return;
    if (layer.step == nullptr) {
      bufferOf(node.output()) = bufferOf(node.input(0));
    } else {
      newBuffer(node.output(), index, index);
      placeWithin(node.output(), layer.step->inputRuns());
    }
  }

  /// What makes these inputs makes them where the output has them, and the output's memory is taken
  /// from then on.
  void placeWithin(ValueId output, const std::vector<InputRun>& runs) {
    for (const InputRun& run : runs) {
      ArenaBuffer& input = places_.buffers[static_cast<size_t>(bufferOf(run.input))];
      // The model's inputs come before everything else and stay to the end, and with them the
      // output would. What is part of another value, or of this one already, has its place.
      if (input.firstStep < 0 || input.whole != ArenaBuffer::kItself) continue;
      input.whole = bufferOf(output);
      input.offsetInWhole = uint64_t{run.offset} * sizeof(float);
    }
  }

  void newBuffer(ValueId id, int32_t first, int32_t last) {
    if (bufferOf(id) != kNone) return;  // an input that is listed twice
    const Value& value = graph_.value(id);
    // A buffer of its own even for an empty value, so that every value has an address.
    const size_t floats = std::max(storageFloats(value.shape, value.layout), size_t{1});
    bufferOf(id) = static_cast<int32_t>(places_.buffers.size());
    places_.buffers.push_back(
        {.bytes = uint64_t{floats} * sizeof(float), .firstStep = first, .lastStep = last});
  }

  void touch(ValueId id, int32_t step) {
    if (bufferOf(id) == kNone) return;  // a constant
    ArenaBuffer& found = places_.buffers[static_cast<size_t>(bufferOf(id))];
    found.lastStep = std::max(found.lastStep, step);
  }

  const Graph& graph_;
  const std::vector<Layer>& layers_;
  ValuePlaces places_;
};

}  // namespace

ValuePlaces placeValues(const Graph& graph, const std::vector<Layer>& layers) {
  return ValuePlacer(graph, layers).run();
}

}  // namespace filigree
