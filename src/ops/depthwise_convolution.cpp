// DEPTHWISE_CONV_2D: each output channel slides its own window over one input plane.
#include "ops/depthwise_convolution.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "graph/constant.h"
#include "memory.h"
#include "ops/check.h"
#include "ops/pack_rows.h"
#include "text.h"

namespace filigree {

DepthwiseProblem::DepthwiseProblem(const PlanContext& context, const Node& node,
                                   const WindowGeometry& geometry)
    : window(geometry),
      input(node.input(0)),
      weights(node.input(1)),
      bias(node.input(2)),
      output(node.output()) {
  const Graph& graph = context.graph;
  const Shape& inputShape = graph.value(input).shape;
  const Shape& outputShape = graph.value(output).shape;
  inputPlane = planeStride(inputShape);
  rows = static_cast<size_t>(window.y.output);
  columns = static_cast<size_t>(window.x.output);
  outputPlane = planeStride(outputShape);
  channels = static_cast<size_t>(outputShape.channels());
  multiplier = channels / static_cast<size_t>(inputShape.channels());
  planes = channels * static_cast<size_t>(outputShape.batch());
  taps = static_cast<size_t>(window.y.kernel) * static_cast<size_t>(window.x.kernel);
  clamp = clampOf(node.epilogue.activation);
  post.plan(graph, node.epilogue, context.kernels, channels);
}

size_t DepthwiseProblem::packedBytes() const {
  return alignUp(channels * (taps + 1) * sizeof(float)) + post.packedBytes();
}

Status DepthwiseProblem::pack(const Graph& graph, uint8_t* packed) {
  post.pack(graph, packed + alignUp(channels * (taps + 1) * sizeof(float)));
  auto* out = reinterpret_cast<float*>(packed);
  packed_ = out;
  // A row per window position in the file.
  packTransposed(ConstantRows(*graph.constant(weights), channels), 0, taps, taps, out);
  out += channels * taps;
  if (bias != kNone) {
    readFloats(graph.value(bias), out);
  } else {
    std::fill(out, out + channels, 0.0f);
  }
  return {};
}

StepReport DepthwiseProblem::report(const Graph& graph, const char* kernel) const {
  StepReport report;
  report.kernel = kernel;
  const Value& value = graph.value(weights);
  const size_t batch = planes / channels;
  report.macs.dense = window.validTaps() * planes;
  size_t nonzeros = 0;
  int tap = 0;
  for (const size_t ofTap : countNonzerosOfTaps(value)) {
    const auto [y, x] = std::div(tap++, window.x.kernel);
    report.macs.nonzero += window.validOutputs(y, x) * ofTap * batch;
    nonzeros += ofTap;
  }
  report.density = static_cast<double>(nonzeros) / static_cast<double>(taps * channels);
  report.executedMacs = macsPerRow() * rows * planes;
  return report;
}

Status inferDepthwiseConvolution(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 0, 4));
  FILIGREE_CHECK_OK(checkRank(graph, node, 1, 4));
  FILIGREE_CHECK_OK(checkConstant(graph, node, 1));
  const Shape& input = graph.value(node.input(0)).shape;
  const Shape& weights = graph.value(node.input(1)).shape;
  const int32_t outputs = weights[3];
  if (weights[0] != 1 || outputs < 1 || input.channels() < 1 || outputs % input.channels() != 0) {
    return invalidModel(nodeText(graph, node), ": weights ", valueText(graph, node.input(1)),
                        " do not fit ", valueText(graph, node.input(0)),
                        ", expected 1 × height × width × a multiple of the input channels");
  }
  FILIGREE_CHECK_OK(checkBias(graph, node, 2, outputs));
  WindowGeometry window;
  FILIGREE_CHECK_OK(windowGeometry(graph, node, node.as<DepthwiseParams>().window, weights[1],
                                   weights[2], input, &window));
  return setOutputShape(graph, node, {input.batch(), window.y.output, window.x.output, outputs});
}

Status planDepthwiseConvolution(const PlanContext& context, const Node& node,
                                std::unique_ptr<Step>* step) {
  const Shape& weights = context.graph.value(node.input(1)).shape;
  WindowGeometry window;
  FILIGREE_CHECK_OK(windowGeometry(context.graph, node, node.as<DepthwiseParams>().window,
                                   weights[1], weights[2], context.graph.value(node.input(0)).shape,
                                   &window));
  const DepthwiseProblem problem(context, node, window);
  *step = makeDirectDepthwiseStep(context, problem);
  if (*step == nullptr) *step = makeBorderedDepthwiseStep(context, problem);
  return {};
}

}  // namespace filigree
