// DEQUANTIZE widens float16 weights, DENSIFY expands sparse ones. Both are reading matters for us:
// the constant behind them is passed on as it is stored, and constant.h widens or searches it when
// the weights are packed.
#include "graph/passes.h"

namespace filigree {

int foldConstants(Graph& graph) {
  int count = 0;
  for (Node& node : graph.nodes) {
    if (node.type != OperatorType::Dequantize && node.type != OperatorType::Densify) continue;
    const Value& input = graph.value(node.input(0));
    if (input.constant == nullptr) continue;
    Value& output = graph.value(node.output());
    output.constant = input.constant;
    output.shape = input.shape;
    node.dead = true;
    ++count;
  }
  sweep(graph);
  return count;
}

}  // namespace filigree
