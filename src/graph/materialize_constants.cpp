// Operators read constants as weights and parameters. Where one stands in for a map (rare: a branch
// of constants, a constant output), a RESHAPE to its own shape makes it a value like any other.
#include "graph/passes.h"

namespace filigree {

namespace {

class Materializer {
 public:
  explicit Materializer(Graph& graph) : graph_(graph), copies_(graph.values.size(), kNone) {}

  /// The value that holds a copy of `id`; its node is appended to `nodes` when it is the first.
  ValueId copyOf(ValueId id, std::vector<Node>& nodes) {
    ValueId& copy = copies_[static_cast<size_t>(id)];
    if (copy != kNone) return copy;
    Value value = graph_.value(id);
    value.constant = nullptr;
    value.name += " (copy)";
    Node node;
    node.type = OperatorType::Reshape;
    node.fileOperator = "CONSTANT";
    ReshapeParams params;
    for (int axis = 0; axis < value.shape.rank(); ++axis) params.shape.push_back(value.shape[axis]);
    node.params = std::move(params);
    node.inputs = {id};
    copy = graph_.addValue(std::move(value));
    node.outputs = {copy};
    nodes.push_back(std::move(node));
    ++count_;
    return copy;
  }

  int count() const { return count_; }

 private:
  Graph& graph_;
  std::vector<ValueId> copies_;  // by ValueId of the constant
  int count_ = 0;
};

/// These pack constant operands themselves.
bool takesConstants(OperatorType type) {
  return type == OperatorType::Binary || type == OperatorType::Concatenation ||
         type == OperatorType::Reshape;
}

}  // namespace

int materializeConstants(Graph& graph) {
  Materializer materializer(graph);
  std::vector<Node> nodes;
  for (Node& node : graph.nodes) {
    if (!takesConstants(node.type) && graph.constant(node.input(0)) != nullptr) {
      node.inputs[0] = materializer.copyOf(node.input(0), nodes);
    }
    nodes.push_back(std::move(node));
  }
  for (ValueId& output : graph.outputs) {
    if (graph.constant(output) != nullptr) output = materializer.copyOf(output, nodes);
  }
  graph.nodes = std::move(nodes);
  return materializer.count();
}

}  // namespace filigree
