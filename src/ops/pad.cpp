// PAD and PADV2 on any axes, where no pass could fold them into a convolution.
#include "ops/check.h"
#include "ops/copy_step.h"
#include "ops/operator.h"

namespace filigree {

Status inferPad(Graph& graph, const Node& node) {
  const auto& params = node.as<PadParams>();
  const Shape& input = graph.value(node.input(0)).shape;
  const auto rank = static_cast<size_t>(input.rank());
  if (params.before.size() != rank || params.after.size() != rank) {
    return invalidModel(nodeText(graph, node), ": paddings for ", params.before.size(),
                        " axes, but ", valueText(graph, node.input(0)));
  }
  Shape output;
  for (size_t axis = 0; axis < rank; ++axis) {
    const int64_t dim =
        int64_t{input[static_cast<int>(axis)]} + params.before[axis] + params.after[axis];
    if (params.before[axis] < 0 || params.after[axis] < 0 ||
        dim > static_cast<int64_t>(kMaxElements)) {
      return invalidModel(nodeText(graph, node), ": padding of axis ", axis, " by ",
                          params.before[axis], " and ", params.after[axis]);
    }
    output.append(static_cast<int32_t>(dim));
  }
  return setOutputShape(graph, node, output);
}

Status planPad(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const auto& params = node.as<PadParams>();
  const Value& input = context.graph.value(node.input(0));
  const Value& output = context.graph.value(node.output());
  const StridedView from = stridedView(input.shape, input.layout);
  const StridedView to = stridedView(output.shape, output.layout);
  CopyAxis axes[kMaxRank];
  ptrdiff_t offset = 0;
  for (size_t axis = 0; axis < static_cast<size_t>(from.rank); ++axis) {
    axes[axis] = {from.extent[axis], from.stride[axis], to.stride[axis]};
    offset += params.before[axis] * to.stride[axis];
  }
  std::vector<CopyPart> parts{
      {node.input(0), 0, offset, StridedCopy(axes, from.rank), runFloats(input, output)}};
  auto copy = std::make_unique<CopyStep>(context, node, std::move(parts), "pad");
  copy->fillWith(params.value);
  *step = std::move(copy);
  return {};
}

}  // namespace filigree
