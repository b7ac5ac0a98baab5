#include "graph/passes.h"

namespace filigree {

namespace {

bool addsResidual(OperatorType type) {
  return type == OperatorType::Convolution || type == OperatorType::Resize;
}

/// The node that may take over the ADD: makes `id` for nobody else and does nothing after it.
bool canTakeResidual(const Graph& graph, const Uses& uses, ValueId id) {
  const auto index = static_cast<size_t>(id);
  const int32_t producer = uses.producer[index];
  if (producer == kNone || uses.isOutput[index] != 0 || uses.consumers[index].size() != 1) {
    return false;
  }
  const Node& node = graph.nodes[static_cast<size_t>(producer)];
  return addsResidual(node.type) && !node.dead && node.epilogue.activation == Activation::None &&
         node.epilogue.residual == kNone;
}

}  // namespace

int fuseResidual(Graph& graph) {
  int count = 0;
  Uses uses = findUses(graph);
  for (Node& node : graph.nodes) {
    if (node.type != OperatorType::Binary || node.as<BinaryParams>().kind != BinaryOperator::Add) {
      continue;
    }
    const ValueId sides[2] = {node.input(0), node.input(1)};
    const Shape& shape = graph.value(node.output()).shape;
    const bool bothMaps =
        graph.constant(sides[0]) == nullptr && graph.constant(sides[1]) == nullptr;
    if (!bothMaps || !(graph.value(sides[0]).shape == shape) ||
        !(graph.value(sides[1]).shape == shape)) {
      continue;
    }
    // The other operand must exist when the node that adds it runs, so only the later producer will
    // do.
    const auto producerOf = [&uses](ValueId id) { return uses.producer[static_cast<size_t>(id)]; };
    const int later = producerOf(sides[0]) > producerOf(sides[1]) ? 0 : 1;
    if (!canTakeResidual(graph, uses, sides[later])) continue;
    const int32_t producer = producerOf(sides[later]);
    Node& maker = graph.nodes[static_cast<size_t>(producer)];
    maker.epilogue.residual = sides[1 - later];
    maker.epilogue.activation = node.epilogue.activation;
    maker.outputs[0] = node.output();
    uses.producer[static_cast<size_t>(node.output())] = producer;
    node.dead = true;
    ++count;
  }
  sweep(graph);
  return count;
}

}  // namespace filigree
