#include "graph/graph.h"

#include <algorithm>

#include "text.h"

namespace filigree {

const char* operatorTypeName(OperatorType type) {
  switch (type) {
    case OperatorType::Convolution:
      return "convolution";
    case OperatorType::DepthwiseConvolution:
      return "depthwise convolution";
    case OperatorType::TransposeConvolution:
      return "transposed convolution";
    case OperatorType::FullyConnected:
      return "fully connected";
    case OperatorType::Binary:
      return "binary";
    case OperatorType::Unary:
      return "unary";
    case OperatorType::Pool:
      return "pool";
    case OperatorType::Reduce:
      return "reduce";
    case OperatorType::Pad:
      return "pad";
    case OperatorType::Resize:
      return "resize";
    case OperatorType::DepthToSpace:
      return "depth to space";
    case OperatorType::Reshape:
      return "reshape";
    case OperatorType::Concatenation:
      return "concatenation";
    case OperatorType::StridedSlice:
      return "strided slice";
    case OperatorType::Dequantize:
      return "dequantize";
    case OperatorType::Densify:
      return "densify";
    case OperatorType::Convert:
      return "convert";
  }
  return "unknown";
}

std::string nodeText(const Graph& graph, const Node& node) {
  std::string place;
  if (node.fileIndex != kNone) place = text("operator ", node.fileIndex);
  if (!node.outputs.empty()) {
    appendText(place,
               text(place.empty() ? "" : ", ", "output '", graph.value(node.output()).name, "'"));
  }
  return place.empty() ? node.fileOperator : text(node.fileOperator, " (", place, ")");
}

std::vector<ValueId> valuesRead(const Node& node) {
  std::vector<ValueId> read;
  for (const ValueId id : node.inputs) {
    if (id != kNone) read.push_back(id);
  }
  if (node.epilogue.residual != kNone) read.push_back(node.epilogue.residual);
  if (node.epilogue.slopes != kNone) read.push_back(node.epilogue.slopes);
  return read;
}

Uses findUses(const Graph& graph) {
  Uses uses;
  uses.producer.assign(graph.values.size(), kNone);
  uses.consumers.resize(graph.values.size());
  uses.isOutput.assign(graph.values.size(), 0);
  for (size_t index = 0; index < graph.nodes.size(); ++index) {
    const Node& node = graph.nodes[index];
    if (node.dead) continue;
    for (const ValueId id : valuesRead(node)) {
      uses.consumers[static_cast<size_t>(id)].push_back(static_cast<int32_t>(index));
    }
    for (const ValueId id : node.outputs) {
      uses.producer[static_cast<size_t>(id)] = static_cast<int32_t>(index);
    }
  }
  for (const ValueId id : graph.outputs) uses.isOutput[static_cast<size_t>(id)] = 1;
  return uses;
}

void sweep(Graph& graph) {
  std::erase_if(graph.nodes, [](const Node& node) { return node.dead; });
}

}  // namespace filigree
