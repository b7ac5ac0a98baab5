#include "ops/operator.h"

namespace filigree {

namespace {

/// Dequantize and Densify are folded into constants before anything is planned; the reader accepts
/// them on constants only.
Status inferFolded(Graph& graph, const Node& node) {
  return unsupported(nodeText(graph, node), " is only supported on constants");
}

Status planFolded(const PlanContext& context, const Node& node, std::unique_ptr<Step>*) {
  return unsupported(nodeText(context.graph, node), " is only supported on constants");
}

constexpr Operator kOperators[] = {
    {OperatorType::Convolution, inferConvolution, planConvolution},
    {OperatorType::DepthwiseConvolution, inferDepthwiseConvolution, planDepthwiseConvolution},
    {OperatorType::TransposeConvolution, inferTransposeConvolution, planTransposeConvolution},
    {OperatorType::FullyConnected, inferFullyConnected, planFullyConnected},
    {OperatorType::Binary, inferBinary, planBinary},
    {OperatorType::Unary, inferUnary, planUnary},
    {OperatorType::Pool, inferPool, planPool},
    {OperatorType::Reduce, inferReduce, planReduce},
    {OperatorType::Pad, inferPad, planPad},
    {OperatorType::Resize, inferResize, planResize},
    {OperatorType::DepthToSpace, inferDepthToSpace, planDepthToSpace},
    {OperatorType::Reshape, inferReshape, planReshape},
    {OperatorType::Concatenation, inferConcatenation, planConcatenation},
    {OperatorType::StridedSlice, inferStridedSlice, planStridedSlice},
    {OperatorType::Convert, inferConvert, planConvert},
    {OperatorType::Dequantize, inferFolded, planFolded},
    {OperatorType::Densify, inferFolded, planFolded},
};

}  // namespace

const Operator& findOperator(OperatorType type) {
  for (const Operator& entry : kOperators) {
    if (entry.type == type) return entry;
  }
  return kOperators[0];  // unreachable: the table names every type, and a test says so
}

}  // namespace filigree
