// 1×1 convolutions: a matrix product of the weights with the planes, in place in the map.
#include "memory.h"
#include "ops/convolution.h"
#include "ops/row_step.h"
#include "parallel.h"

namespace filigree {

namespace {

/// A tile on which an activation is applied after the kernel shall still be in the first cache.
constexpr size_t kPostActivationFloats = 8192;

class PointwiseStep final : public RowStep {
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
    if (post_.needed()) largestPixels_ = inCache * tile;
    tiling_ = tileProduct(coarsest, problem.outputPixels, context.threads, largestPixels_);
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
    weights_.pack(graph, problem_, problem_.inputPlane, packed);
    return {};
  }

  void bind(const Addresses& addresses) override {
    input_ = addresses[static_cast<size_t>(problem_.input)];
    output_ = addresses[static_cast<size_t>(problem_.output)];
    if (problem_.residual != kNone) residual_ = addresses[static_cast<size_t>(problem_.residual)];
  }

  void run(const RunContext& context) const override {
    const size_t perGroup = tiling_.rowTasks * tiling_.pixelTasks;
    parallelFor(context.team, problem_.batch * problem_.groups * perGroup,
                [this, perGroup](size_t, size_t task) {
                  runTask(task / perGroup, task / tiling_.pixelTasks % tiling_.rowTasks,
                          task % tiling_.pixelTasks);
                });
  }

  RowRange rowsNeeded(RowRange rows) const override { return rows; }
  size_t mostRowsNeeded(size_t rows) const override { return rows; }

  void setPlanes(size_t inputPlane, size_t outputPlane) override {
    problem_.inputPlane = inputPlane;
    problem_.outputPlane = outputPlane;
  }

  void runRows(RowRange rows, const float* input, float* output, float* scratch) const override {
    (void)scratch;
    const auto width = static_cast<size_t>(problem_.window.x.output);
    const size_t last = rows.last * width;
    for (size_t first = rows.first * width; first < last;) {
      const size_t pixels = std::min(last - first, largestPixels_);
      runPixels(0, 0, problem_.groupOutputs, pixels, input + first, output + first,
                residual_ == nullptr ? nullptr : residual_ + first);
      first += pixels;
    }
  }

 private:
  bool isByRows() const override {
    return problem_.batch == 1 && problem_.groups == 1 && !weights_.group(0).isForFewPixels();
  }

  /// `slice` counts the groups of all batch elements.
  void runTask(size_t slice, size_t rowTask, size_t pixelTask) const {
    const size_t group = slice % problem_.groups;
    const size_t firstPixel = pixelTask * tiling_.pixelsPerTask;
    const size_t firstRow = rowTask * tiling_.rowsPerTask;
    const size_t lastRow = std::min(firstRow + tiling_.rowsPerTask, problem_.groupOutputs);
    const size_t pixels = std::min(tiling_.pixelsPerTask, problem_.outputPixels - firstPixel);
    const size_t offset = slice * problem_.groupOutputs * problem_.outputPlane + firstPixel;
    runPixels(group, firstRow, lastRow, pixels,
              input_ + slice * problem_.groupInputs * problem_.inputPlane + firstPixel,
              output_ + offset, residual_ == nullptr ? nullptr : residual_ + offset);
  }

  /// Output channels firstRow … lastRow of a group; the pointers are those of its first pixel in
  /// its first plane.
  void runPixels(size_t group, size_t firstRow, size_t lastRow, size_t pixels, const float* input,
                 float* output, const float* residual) const {
    weights_.group(group).run(firstRow, lastRow,
                              {.input = input,
                               .inputPlane = problem_.inputPlane,
                               .output = output,
                               .outputPlane = problem_.outputPlane,
                               .residual = residual,
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
  size_t largestPixels_ = SIZE_MAX;  // that are worked on at a time
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
