// CONVERT: between row-major order and planes. Inserted by the layout pass, never read from a file.
#include "ops/copy_step.h"
#include "ops/operator.h"

namespace filigree {

Status inferConvert(Graph& graph, const Node& node) {
  graph.value(node.output()).shape = graph.value(node.input(0)).shape;
  return {};
}

Status planConvert(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const Value& input = context.graph.value(node.input(0));
  const Value& output = context.graph.value(node.output());
  const StridedView from = stridedView(input.shape, input.layout);
  const StridedView to = stridedView(output.shape, output.layout);
  CopyAxis axes[kMaxRank];
  for (size_t axis = 0; axis < static_cast<size_t>(from.rank); ++axis) {
    axes[axis] = {from.extent[axis], from.stride[axis], to.stride[axis]};
  }
  std::vector<CopyPart> parts{{node.input(0), 0, 0, StridedCopy(axes, from.rank)}};
  *step = std::make_unique<CopyStep>(
      context, node, std::move(parts),
      output.layout == Layout::Chw ? "rows to planes" : "planes to rows");
  return {};
}

}  // namespace filigree
