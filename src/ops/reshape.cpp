// RESHAPE (and SQUEEZE, EXPAND_DIMS): the same row-major elements under another shape. The planner
// gives the output the input's memory, so a step is only made for constants.
#include "ops/check.h"
#include "ops/copy_step.h"
#include "ops/operator.h"

namespace filigree {

Status inferReshape(Graph& graph, const Node& node) {
  const auto& wanted = node.as<ReshapeParams>().shape;
  const size_t elements = graph.value(node.input(0)).shape.elements();
  if (wanted.size() > static_cast<size_t>(kMaxRank)) {
    return unsupported(nodeText(graph, node), ": rank ", wanted.size(), ", at most ", kMaxRank);
  }
  Shape output;
  int unknownAxis = kNone;
  size_t known = 1;
  for (size_t axis = 0; axis < wanted.size(); ++axis) {
    int32_t dim = wanted[axis];
    if (dim == -1 && unknownAxis == kNone) {
      unknownAxis = static_cast<int>(axis);
      dim = 1;
    } else if (dim < 0) {
      return invalidModel(nodeText(graph, node), ": dimension ", axis, " of the new shape is ",
                          dim);
    }
    output.append(dim);
  }
  if (!isValidShape(output)) {
    return invalidModel(nodeText(graph, node), ": the new shape ", shapeText(output),
                        " is too large");
  }
  known = output.elements();
  if (unknownAxis != kNone && known > 0)
    output[unknownAxis] = static_cast<int32_t>(elements / known);
  if (output.elements() != elements) {
    return invalidModel(nodeText(graph, node), ": ", valueText(graph, node.input(0)), " has ",
                        elements, " elements and cannot take the shape ", shapeText(output));
  }
  return setOutputShape(graph, node, output);
}

Status planReshape(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const CopyAxis all{context.graph.value(node.output()).shape.elements(), 1, 1};
  std::vector<CopyPart> parts{{node.input(0), 0, 0, StridedCopy(&all, 1)}};
  *step = std::make_unique<CopyStep>(context, node, std::move(parts), "copy");
  return {};
}

}  // namespace filigree
