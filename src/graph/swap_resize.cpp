#include <utility>

#include "graph/passes.h"

namespace filigree {

namespace {

/// What interpolating an element costs, in multiply-adds of a convolution.
constexpr uint64_t kCostPerResizedElement = 4;

uint64_t pixelsOf(const Shape& map) {
  return static_cast<uint64_t>(map.height()) * static_cast<uint64_t>(map.width());
}

/// Each output pixel is made of the input pixel at its place alone, and of all its channels.
bool isPointwise(const Graph& graph, const Node& node) {
  if (node.type != OperatorType::Convolution) return false;
  const WindowParams& window = node.as<ConvolutionParams>().window;
  const Shape& weights = graph.value(node.input(1)).shape;
  return weights[1] == 1 && weights[2] == 1 && window.strideY == 1 && window.strideX == 1 &&
         window.folded == Border{} && weights[3] == graph.value(node.input(0)).shape.channels();
}

/// The convolution meets fewer pixels, but the resize may meet more channels.
bool saves(const Shape& small, const Shape& resized, const Shape& output) {
  if (pixelsOf(resized) <= pixelsOf(small)) return false;
  const auto inputs = static_cast<uint64_t>(resized.channels());
  const auto outputs = static_cast<uint64_t>(output.channels());
  const uint64_t before = pixelsOf(resized) * (inputs * outputs + kCostPerResizedElement * inputs);
  const uint64_t after =
      pixelsOf(small) * inputs * outputs + pixelsOf(resized) * kCostPerResizedElement * outputs;
  return after < before;
}

/// The RESIZE that may run behind this convolution, which is its only reader; kNone if there is
/// none.
int32_t findResize(const Graph& graph, const Uses& uses, const Node& convolution) {
  if (!isPointwise(graph, convolution)) return kNone;
  const ValueId resized = convolution.input(0);
  const auto index = static_cast<size_t>(resized);
  const int32_t producer = uses.producer[index];
  if (producer == kNone || uses.isOutput[index] != 0 || uses.consumers[index].size() != 1) {
    return kNone;
  }
  const Node& resize = graph.nodes[static_cast<size_t>(producer)];
  const bool onlyResizes = resize.type == OperatorType::Resize &&
                           resize.epilogue.activation == Activation::None &&
                           resize.epilogue.residual == kNone;
  if (!onlyResizes || !saves(graph.value(resize.input(0)).shape, graph.value(resized).shape,
                             graph.value(convolution.output()).shape)) {
    return kNone;
  }
  return producer;
}

/// The two nodes change places, so that all that is between them in the list stays in order.
void swapNodes(Graph& graph, Node& resize, Node& convolution) {
  const ValueId output = convolution.output();
  const Shape small = graph.value(resize.input(0)).shape;
  Value mixed = graph.value(output);
  auto& params = convolution.as<ConvolutionParams>();
  if (params.originalPixels == 0) params.originalPixels = pixelsOf(mixed.shape);
  mixed.name += "/before_resize";
  mixed.shape = {small.batch(), small.height(), small.width(), mixed.shape.channels()};
  convolution.inputs[0] = resize.input(0);
  convolution.outputs[0] = graph.addValue(std::move(mixed));
  resize.inputs[0] = convolution.output();
  resize.outputs[0] = output;
  // Only sums of products commute with interpolation.
  resize.epilogue = std::exchange(convolution.epilogue, {});
  std::swap(resize, convolution);
}

}  // namespace

int swapResize(Graph& graph) {
  int count = 0;
  Uses uses = findUses(graph);
  for (size_t index = 0; index < graph.nodes.size();) {
    const int32_t resize = findResize(graph, uses, graph.nodes[index]);
    if (resize == kNone) {
      ++index;
      continue;
    }
    swapNodes(graph, graph.nodes[static_cast<size_t>(resize)], graph.nodes[index]);
    uses = findUses(graph);
    ++count;
    // Back to where the convolution is now: there may be another RESIZE before it.
    index = static_cast<size_t>(resize);
  }
  return count;
}

}  // namespace filigree
