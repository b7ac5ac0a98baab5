#include "ops/check.h"

#include "text.h"

namespace filigree {

std::string valueText(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  return text("tensor '", value.name, "' of shape ", shapeText(value.shape));
}

Status checkRank(const Graph& graph, const Node& node, size_t index, int rank) {
  const ValueId id = node.input(index);
  if (graph.value(id).shape.rank() == rank) return {};
  return invalidModel(nodeText(graph, node), ": ", valueText(graph, id), ", expected rank ", rank);
}

Status checkConstant(const Graph& graph, const Node& node, size_t index) {
  const ValueId id = node.input(index);
  if (graph.constant(id) != nullptr) return {};
  return unsupported(nodeText(graph, node), ": ", valueText(graph, id),
                     " is computed, only constants are supported here");
}

Status checkBias(const Graph& graph, const Node& node, size_t index, int32_t count) {
  const ValueId id = node.input(index);
  if (id == kNone) return {};
  FILIGREE_CHECK_OK(checkConstant(graph, node, index));
  if (graph.value(id).shape.elements() == static_cast<size_t>(count)) return {};
  return invalidModel(nodeText(graph, node), ": bias ", valueText(graph, id), ", expected ", count,
                      " elements");
}

Status setOutputShape(Graph& graph, const Node& node, const Shape& shape) {
  if (!isValidShape(shape)) {
    return invalidModel(nodeText(graph, node), ": the output of shape ", shapeText(shape),
                        " has more than ", kMaxElements, " elements");
  }
  graph.value(node.output()).shape = shape;
  return {};
}

Clamp clampOf(Activation activation) {
  switch (activation) {
    case Activation::Relu:
      return {.minimum = 0};
    case Activation::ReluN1To1:
      return {.minimum = -1, .maximum = 1};
    case Activation::Relu6:
      return {.minimum = 0, .maximum = 6};
    default:
      return {};
  }
}

bool isClamp(Activation activation) {
  return activation == Activation::None || activation == Activation::Relu ||
         activation == Activation::ReluN1To1 || activation == Activation::Relu6;
}

}  // namespace filigree
