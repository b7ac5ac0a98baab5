#include "ops/convolution.h"

#include <algorithm>

#include "graph/constant.h"
#include "ops/check.h"
#include "ops/gather.h"
#include "text.h"

namespace filigree {

namespace {

/// Multiply-adds of the original node: each weight meets as many output pixels as its tap has
/// inputs.
Macs countMacs(const Graph& graph, const ConvolutionProblem& problem) {
  const Value& weights = graph.value(problem.weights);
  Macs macs;
  const uint64_t perTap =
      static_cast<uint64_t>(problem.groupInputs) * problem.outputChannels() * problem.batch;
  macs.dense = problem.window.validTaps() * perTap;
  if (problem.nonzeros == weights.shape.elements()) {
    macs.nonzero = macs.dense;
    return macs;
  }
  if (problem.taps() == 1) {
    macs.nonzero = problem.window.validOutputs(0, 0) * problem.nonzeros * problem.batch;
    return macs;
  }
  const std::vector<size_t> nonzerosOfTap = countNonzerosOfTaps(weights);
  auto ofTap = nonzerosOfTap.begin();
  for (int32_t ky = 0; ky < problem.window.y.kernel; ++ky) {
    for (int32_t kx = 0; kx < problem.window.x.kernel; ++kx) {
      macs.nonzero += *ofTap++ * problem.window.validOutputs(ky, kx) * problem.batch;
    }
  }
  return macs;
}

/// `macs` as they are in the file, where the convolution had more pixels: a 1×1 window meets all of
/// them alike.
void countAllPixels(const ConvolutionProblem& problem, uint64_t originalPixels, Macs* macs) {
  macs->dense = macs->dense / problem.outputPixels * originalPixels;
  macs->nonzero = macs->nonzero / problem.outputPixels * originalPixels;
}

Status makeStep(const PlanContext& context, const Node& node, const ConvolutionProblem& problem,
                StepReport report, std::unique_ptr<Step>* step) {
  const bool interleaved = context.graph.value(problem.input).layout == Layout::RowMajor;
  if (problem.window.isPointwise() && !interleaved) {
    *step = makePointwiseStep(context, node, problem, std::move(report));
    return {};
  }
  const bool hasZeros = report.density < 1;
  const bool sparseAsked = context.sparse == SparseMode::Always && hasZeros;
  // A row of its window is one run of floats.
  const bool isPlain =
      problem.groups == 1 && problem.residual == kNone && problem.window.x.dilation == 1;
  if (interleaved && isPlain && !sparseAsked) {
    *step = makeHwcStep(context, node, problem, std::move(report));
    return {};
  }
  const size_t planes = problem.taps() * problem.groupInputs;
  if (planes > kMostGatheredPlanes) {
    return unsupported(nodeText(context.graph, node), ": a window of ", planes, " inputs, at most ",
                       kMostGatheredPlanes);
  }
  *step = makeTiledStep(context, node, problem, std::move(report));
  return {};
}

}  // namespace

Status inferConvolution(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 0, 4));
  FILIGREE_CHECK_OK(checkRank(graph, node, 1, 4));
  FILIGREE_CHECK_OK(checkConstant(graph, node, 1));
  const Shape& input = graph.value(node.input(0)).shape;
  const Shape& weights = graph.value(node.input(1)).shape;
  const int32_t outputs = weights[0];
  const int32_t groupInputs = weights[3];
  if (groupInputs < 1 || outputs < 1 || input.channels() < 1 ||
      input.channels() % groupInputs != 0 || outputs % (input.channels() / groupInputs) != 0) {
    return invalidModel(
        nodeText(graph, node), ": weights ", valueText(graph, node.input(1)), " do not fit ",
        valueText(graph, node.input(0)),
        ", expected output × height × width × input channels (or a divisor of them, "
        "for groups)");
  }
  FILIGREE_CHECK_OK(checkBias(graph, node, 2, outputs));
  WindowGeometry window;
  FILIGREE_CHECK_OK(windowGeometry(graph, node, node.as<ConvolutionParams>().window, weights[1],
                                   weights[2], input, &window));
  return setOutputShape(graph, node, {input.batch(), window.y.output, window.x.output, outputs});
}

Status planConvolution(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const Graph& graph = context.graph;
  const Shape& input = graph.value(node.input(0)).shape;
  const Shape& output = graph.value(node.output()).shape;
  const Shape& weights = graph.value(node.input(1)).shape;
  ConvolutionProblem problem;
  problem.input = node.input(0);
  problem.weights = node.input(1);
  problem.bias = node.input(2);
  problem.output = node.output();
  problem.residual = node.epilogue.residual;
  problem.batch = static_cast<size_t>(input.batch());
  problem.groups = static_cast<size_t>(input.channels() / weights[3]);
  problem.groupInputs = static_cast<size_t>(weights[3]);
  problem.groupOutputs = static_cast<size_t>(weights[0]) / problem.groups;
  problem.inputPlane = planeStride(input);
  problem.outputPlane = planeStride(output);
  problem.outputPixels = static_cast<size_t>(output.height()) * static_cast<size_t>(output.width());
  problem.clamp = clampOf(node.epilogue.activation);
  FILIGREE_CHECK_OK(windowGeometry(graph, node, node.as<ConvolutionParams>().window, weights[1],
                                   weights[2], input, &problem.window));

  problem.nonzeros = countNonzeros(graph.value(problem.weights));

  StepReport report;
  report.macs = countMacs(graph, problem);
  const size_t elements = graph.value(problem.weights).shape.elements();
  report.density = static_cast<double>(problem.nonzeros) / static_cast<double>(elements);

  const uint64_t originalPixels = node.as<ConvolutionParams>().originalPixels;
  if (originalPixels > 0) countAllPixels(problem, originalPixels, &report.macs);
  const auto& params = node.as<ConvolutionParams>();
  report.macs.dense += params.foldedMacs;
  report.macs.nonzero += params.foldedNonzeroMacs;
  FILIGREE_CHECK_OK(makeStep(context, node, problem, std::move(report), step));
  if (params.foldedMacs > 0) (*step)->addReason("with the scale before it");
  if (originalPixels > 0) {
    (*step)->addReason(text("runs before the resize, on ", problem.outputPixels, " of ",
                            originalPixels, " pixels"));
  }
  return {};
}

std::vector<float> readBias(const Graph& graph, ValueId bias) {
  if (bias == kNone) return {};
  const Value& value = graph.value(bias);
  std::vector<float> out(value.shape.elements());
  readFloats(value, out.data());
  return out;
}

void GroupedWeights::choose(const PlanContext& context, const ConvolutionProblem& problem,
                            size_t pixelsPerCall, StepReport* report) {
  const Value& weights = context.graph.value(problem.weights);
  const size_t columns = problem.taps() * problem.groupInputs;
  groups_.resize(problem.groups);
  const ConstantRows rows(*weights.constant, columns);
  const auto productOf = [&](size_t group, size_t nonzeros) {
    const bool hasZeros = nonzeros < problem.groupOutputs * columns;
    return ProductProblem{.rows = problem.groupOutputs,
                          .columns = columns,
                          .nonzeros = nonzeros,
                          .pixels = pixelsPerCall,
                          .comeInPairs = hasZeros && rows.comeInPairs(group * problem.groupOutputs,
                                                                      problem.groupOutputs)};
  };
  if (problem.groups == 1) {
    groups_[0].choose(context, productOf(0, problem.nonzeros), report);
    return;
  }
  for (size_t group = 0; group < problem.groups; ++group) {
    const size_t nonzeros =
        countNonzeros(weights, group * problem.groupOutputs, problem.groupOutputs);
    StepReport ofGroup;
    groups_[group].choose(context, productOf(group, nonzeros), &ofGroup);
    // Groups differ in their zeros, so that some may run sparse and others dense.
    if (report->kernel.find(ofGroup.kernel) == std::string::npos) {
      report->kernel += report->kernel.empty() ? ofGroup.kernel : " and " + ofGroup.kernel;
      report->reason += report->reason.empty() ? ofGroup.reason : "; " + ofGroup.reason;
    }
  }
}

const MatrixWeights& GroupedWeights::coarsestGroup() const {
  return *std::max_element(groups_.begin(), groups_.end(), [](const auto& a, const auto& b) {
    return a.rowBlock() < b.rowBlock();
  });
}

size_t GroupedWeights::packedBytes() const {
  size_t bytes = 0;
  for (const MatrixWeights& group : groups_) bytes += group.packedBytes();
  return bytes;
}

void GroupedWeights::pack(const Graph& graph, const ConvolutionProblem& problem, size_t inputPlane,
                          uint8_t* packed) {
  const std::vector<float> bias = readBias(graph, problem.bias);
  const ConstantRows weights(*graph.constant(problem.weights),
                             problem.taps() * problem.groupInputs);
  size_t firstRow = 0;
  for (MatrixWeights& group : groups_) {
    group.pack(weights, firstRow, bias.empty() ? nullptr : bias.data() + firstRow, inputPlane,
               packed);
    firstRow += group.rows();
    packed += group.packedBytes();
  }
}

}  // namespace filigree
