// DEPTH_TO_SPACE: channel (i · block + j) · C + c of a pixel becomes channel c of the pixel (i, j)
// of a block.
#include "ops/check.h"
#include "ops/copy_step.h"
#include "ops/operator.h"

namespace filigree {

Status inferDepthToSpace(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 0, 4));
  const Shape& input = graph.value(node.input(0)).shape;
  const int64_t block = node.as<DepthToSpaceParams>().blockSize;
  if (block < 1 || block > 1024 || input.channels() % (block * block) != 0) {
    return invalidModel(nodeText(graph, node), ": the channels of ",
                        valueText(graph, node.input(0)), " are no multiple of the block of ", block,
                        "×", block);
  }
  const int64_t height = input.height() * block;
  const int64_t width = input.width() * block;
  if (height > INT32_MAX || width > INT32_MAX) {
    return invalidModel(nodeText(graph, node), ": ", height, "×", width, " pixels are too many");
  }
  return setOutputShape(graph, node,
                        {input.batch(), static_cast<int32_t>(height), static_cast<int32_t>(width),
                         static_cast<int32_t>(input.channels() / (block * block))});
}

Status planDepthToSpace(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const Value& input = context.graph.value(node.input(0));
  const Value& output = context.graph.value(node.output());
  const StridedView from = stridedView(input.shape, input.layout);
  const StridedView to = stridedView(output.shape, output.layout);
  const auto block = static_cast<size_t>(node.as<DepthToSpaceParams>().blockSize);
  const auto signedBlock = static_cast<ptrdiff_t>(block);
  const ptrdiff_t channels = output.shape.channels();
  const CopyAxis axes[] = {
      {from.extent[0], from.stride[0], to.stride[0]},
      {from.extent[1], from.stride[1], to.stride[1] * signedBlock},
      {block, from.stride[3] * channels * signedBlock, to.stride[1]},
      {from.extent[2], from.stride[2], to.stride[2] * signedBlock},
      {block, from.stride[3] * channels, to.stride[2]},
      {static_cast<size_t>(channels), from.stride[3], to.stride[3]},
  };
  std::vector<CopyPart> parts{{node.input(0), 0, 0, StridedCopy(axes, 6)}};
  *step = std::make_unique<CopyStep>(context, node, std::move(parts), "depth to space");
  return {};
}

}  // namespace filigree
