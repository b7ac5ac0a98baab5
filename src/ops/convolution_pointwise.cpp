// 1×1 convolutions: a matrix product of the weights with the planes, in place in the map.
#include "memory.h"
#include "ops/convolution.h"
#include "parallel.h"

namespace filigree {

namespace {

/// A tile on which an activation is applied after the kernel shall still be in the first cache.
constexpr size_t kPostActivationFloats = 8192;

class PointwiseStep final : public Step {
 public:
  PointwiseStep(const PlanContext& context, const Node& node, const ConvolutionProblem& problem,
                StepReport report)
      : problem_(problem) {
    report_ = std::move(report);
    weights_.choose(context, problem, problem.outputPixels, &report_);
    post_.plan(context.graph, node.epilogue, context.kernels, problem.outputChannels());
    const MatrixWeights& coarsest = weights_.coarsestGroup();
    const size_t tile = coarsest.pixelTile();
    const size_t inCache = std::max(kPostActivationFloats / problem.groupOutputs / tile, size_t{1});
    tiling_ = tileProduct(coarsest, problem.outputPixels, context.threads,
                          post_.needed() ? inCache * tile : SIZE_MAX);
    uint64_t perPixel = 0;
    for (size_t group = 0; group < problem.groups; ++group) {
      perPixel += weights_.group(group).executedPerPixel();
    }
    report_.executedMacs = perPixel * problem.outputPixels * problem.batch;
  }

  size_t packedBytes() const override {
    return alignUp(weights_.packedBytes()) + post_.packedBytes();
  }

  Status pack(const Graph& graph, uint8_t* packed) override {
    post_.pack(graph, packed + alignUp(weights_.packedBytes()));
    return weights_.pack(graph, problem_, problem_.inputPlane, packed);
  }

  void bind(const Addresses& addresses) override {
    input_ = addresses[static_cast<size_t>(problem_.input)];
    output_ = addresses[static_cast<size_t>(problem_.output)];
    if (problem_.residual != kNone) residual_ = addresses[static_cast<size_t>(problem_.residual)];
  }

  void run(const RunContext& context) const override {
    const size_t perGroup = tiling_.rowTasks * tiling_.pixelTasks;
    parallelFor(context.pool, problem_.batch * problem_.groups * perGroup,
                [this, perGroup](size_t, size_t task) {
                  runTask(task / perGroup, task / tiling_.pixelTasks % tiling_.rowTasks,
                          task % tiling_.pixelTasks);
                });
  }

 private:
  /// `slice` counts the groups of all batch elements.
  void runTask(size_t slice, size_t rowTask, size_t pixelTask) const {
    const size_t group = slice % problem_.groups;
    const size_t firstPixel = pixelTask * tiling_.pixelsPerTask;
    const size_t firstRow = rowTask * tiling_.rowsPerTask;
    const size_t lastRow = std::min(firstRow + tiling_.rowsPerTask, problem_.groupOutputs);
    const size_t pixels = std::min(tiling_.pixelsPerTask, problem_.outputPixels - firstPixel);
    const size_t offset = slice * problem_.groupOutputs * problem_.outputPlane + firstPixel;
    float* output = output_ + offset;
    weights_.group(group).run(
        firstRow, lastRow,
        {.input = input_ + slice * problem_.groupInputs * problem_.inputPlane + firstPixel,
         .inputPlane = problem_.inputPlane,
         .output = output,
         .outputPlane = problem_.outputPlane,
         .residual = residual_ == nullptr ? nullptr : residual_ + offset,
         .pixels = pixels,
         .clamp = problem_.clamp});
    if (!post_.needed()) return;
    const size_t channel = group * problem_.groupOutputs;
    post_.apply(output + firstRow * problem_.outputPlane, problem_.outputPlane, channel + firstRow,
                channel + lastRow, pixels);
  }

  ConvolutionProblem problem_;
  GroupedWeights weights_;
  PostActivation post_;
  ProductTiling tiling_;
  const float* input_ = nullptr;
  const float* residual_ = nullptr;
  float* output_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> makePointwiseStep(const PlanContext& context, const Node& node,
                                        const ConvolutionProblem& problem, StepReport report) {
  return std::make_unique<PointwiseStep>(context, node, problem, std::move(report));
}

}  // namespace filigree
