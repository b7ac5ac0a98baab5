#include "graph/passes.h"

namespace filigree {

namespace {

bool isConvolution(OperatorType type) {
  return type == OperatorType::Convolution || type == OperatorType::DepthwiseConvolution ||
         type == OperatorType::TransposeConvolution || type == OperatorType::FullyConnected;
}

bool takesSlopes(OperatorType type) {
  return isConvolution(type) || type == OperatorType::Resize;
}

bool takesActivation(OperatorType type) {
  return takesSlopes(type) || type == OperatorType::Binary || type == OperatorType::Pool;
}

/// One slope, or one for each channel: only the last axis may be longer than 1.
bool isPerChannel(const Shape& slopes, const Shape& map) {
  if (slopes.elements() == 1) return true;
  return map.rank() > 0 && slopes.rank() > 0 && slopes[slopes.rank() - 1] == map[map.rank() - 1] &&
         slopes.elements() == static_cast<size_t>(map[map.rank() - 1]);
}

}  // namespace

int fuseActivation(Graph& graph) {
  int count = 0;
  Uses uses = findUses(graph);
  for (Node& node : graph.nodes) {
    if (node.type != OperatorType::Unary) continue;
    const auto input = static_cast<size_t>(node.input(0));
    const int32_t producer = uses.producer[input];
    if (producer == kNone || uses.isOutput[input] != 0 || uses.consumers[input].size() != 1) {
      continue;
    }
    Node& maker = graph.nodes[static_cast<size_t>(producer)];
    if (!takesActivation(maker.type) || maker.epilogue.activation != Activation::None) continue;
    const Activation kind = node.as<UnaryParams>().kind;
    if (kind == Activation::Prelu) {
      const Value& slopes = graph.value(node.input(1));
      if (!takesSlopes(maker.type) ||
          !isPerChannel(slopes.shape, graph.value(node.input(0)).shape)) {
        continue;
      }
      maker.epilogue.slopes = node.input(1);
    }
    maker.epilogue.activation = kind;
    maker.outputs[0] = node.output();
    uses.producer[static_cast<size_t>(node.output())] = producer;
    node.dead = true;
    ++count;
  }
  sweep(graph);
  return count;
}

}  // namespace filigree
