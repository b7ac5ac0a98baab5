// CONCATENATION along any axis.
#include "ops/check.h"
#include "ops/copy_step.h"
#include "ops/operator.h"

namespace filigree {

namespace {

int resolvedAxis(const Node& node, int rank) {
  const int32_t axis = node.as<ConcatenationParams>().axis;
  return axis < 0 ? axis + rank : axis;
}

}  // namespace

Status inferConcatenation(Graph& graph, const Node& node) {
  Shape output = graph.value(node.input(0)).shape;
  const int axis = resolvedAxis(node, output.rank());
  if (axis < 0 || axis >= output.rank()) {
    return invalidModel(nodeText(graph, node), ": axis ", node.as<ConcatenationParams>().axis,
                        " of ", valueText(graph, node.input(0)));
  }
  int64_t sum = output[axis];
  for (size_t i = 1; i < node.inputs.size(); ++i) {
    Shape other = graph.value(node.inputs[i]).shape;
    const bool sameRank = other.rank() == output.rank();
    if (sameRank) {
      sum += other[axis];
      other[axis] = output[axis];
    }
    if (!sameRank || !(other == output)) {
      return invalidModel(nodeText(graph, node), ": ", valueText(graph, node.input(0)), " and ",
                          valueText(graph, node.inputs[i]), " differ beside axis ", axis);
    }
  }
  if (sum > static_cast<int64_t>(kMaxElements)) {
    return invalidModel(nodeText(graph, node), ": axis ", axis, " would have ", sum, " elements");
  }
  output[axis] = static_cast<int32_t>(sum);
  return setOutputShape(graph, node, output);
}

Status planConcatenation(const PlanContext& context, const Node& node,
                         std::unique_ptr<Step>* step) {
  const Graph& graph = context.graph;
  const Value& output = graph.value(node.output());
  const auto axis = static_cast<size_t>(resolvedAxis(node, output.shape.rank()));
  const StridedView to = stridedView(output.shape, output.layout);
  std::vector<CopyPart> parts;
  ptrdiff_t offset = 0;
  for (const ValueId id : node.inputs) {
    const Value& input = graph.value(id);
    // Constants are packed row-major; everything else has the output's layout.
    const Layout layout = input.constant != nullptr ? Layout::RowMajor : input.layout;
    const StridedView from = stridedView(input.shape, layout);
    CopyAxis axes[kMaxRank];
    for (size_t i = 0; i < static_cast<size_t>(from.rank); ++i) {
      axes[i] = {from.extent[i], from.stride[i], to.stride[i]};
    }
    parts.push_back({id, 0, offset, StridedCopy(axes, from.rank), runFloats(input, output)});
    offset += static_cast<ptrdiff_t>(from.extent[axis]) * to.stride[axis];
  }
  *step = std::make_unique<CopyStep>(context, node, std::move(parts), "concatenate");
  return {};
}

}  // namespace filigree
