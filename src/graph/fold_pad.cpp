#include "graph/passes.h"

namespace filigree {

namespace {

/// The border that a PAD lays around the pixels; false when it pads anything else or not with
/// zeros.
bool isBorder(const Graph& graph, const Node& node, Border* border) {
  if (node.type != OperatorType::Pad) return false;
  const auto& params = node.as<PadParams>();
  if (graph.value(node.input(0)).shape.rank() != 4 || params.value != 0) return false;
  if (params.before[0] != 0 || params.after[0] != 0) return false;
  if (params.before[3] != 0 || params.after[3] != 0) return false;
  *border = {params.before[1], params.after[1], params.before[2], params.after[2]};
  return true;
}

WindowParams* convolutionWindow(Node& node) {
  if (node.type == OperatorType::Convolution) return &node.as<ConvolutionParams>().window;
  if (node.type == OperatorType::DepthwiseConvolution) return &node.as<DepthwiseParams>().window;
  return nullptr;
}

}  // namespace

int foldPad(Graph& graph) {
  int count = 0;
  const Uses uses = findUses(graph);
  // Backwards, so that of two PADs in a row the second is folded before the first is looked at.
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    Border border;
    if (!isBorder(graph, *node, &border)) continue;
    const ValueId padded = node->output();
    bool stillRead = uses.isOutput[static_cast<size_t>(padded)] != 0;
    for (Node& consumer : graph.nodes) {
      if (consumer.dead) continue;
      for (size_t i = 0; i < consumer.inputs.size(); ++i) {
        if (consumer.inputs[i] != padded) continue;
        WindowParams* window = i == 0 ? convolutionWindow(consumer) : nullptr;
        if (window == nullptr) {
          stillRead = true;
          continue;
        }
        window->folded.top += border.top;
        window->folded.bottom += border.bottom;
        window->folded.left += border.left;
        window->folded.right += border.right;
        consumer.inputs[i] = node->input(0);
        ++count;
      }
    }
    node->dead = !stillRead;
  }
  sweep(graph);
  return count;
}

}  // namespace filigree
