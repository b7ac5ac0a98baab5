// Convolutions of any window, stride, dilation and grouping: gather a tile, multiply, next tile.
#include "memory.h"
#include "ops/convolution.h"
#include "ops/gather.h"
#include "parallel.h"

namespace filigree {

namespace {

class TiledStep final : public Step {
 public:
  TiledStep(const PlanContext& context, const Node& node, const ConvolutionProblem& problem,
            StepReport report)
      : problem_(problem), tilePixels_(std::min(kTilePixels, problem.outputPixels)) {
    report_ = std::move(report);
    weights_.choose(context, problem, tilePixels_, &report_);
    report_.kernel += " on gathered tiles";
    post_.plan(context.graph, node.epilogue, context.kernels, problem.outputChannels());
    const WindowGeometry& window = problem.window;
    for (int32_t ky = 0; ky < window.y.kernel; ++ky) {
      for (int32_t kx = 0; kx < window.x.kernel; ++kx) {
        taps_.push_back({window.y.source(0, ky), window.x.source(0, kx)});
      }
    }
    const Value& input = context.graph.value(problem.input);
    const StridedView view = stridedView(input.shape, input.layout);
    map_ = {.data = nullptr,
            .channels = problem.groupInputs,
            .row = view.stride[1],
            .pixel = view.stride[2],
            .channel = view.stride[3]};
    inputBatch_ = view.stride[0];
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
    weights_.pack(graph, problem_, tilePixels_, packed);
    return {};
  }

  size_t scratchBytesPerThread() const override {
    return problem_.taps() * problem_.groupInputs * tilePixels_ * sizeof(float);
  }

  void bind(const Addresses& addresses) override {
    map_.data = addresses[static_cast<size_t>(problem_.input)];
    output_ = addresses[static_cast<size_t>(problem_.output)];
    if (problem_.residual != kNone) residual_ = addresses[static_cast<size_t>(problem_.residual)];
  }

  void run(const RunContext& context) const override {
    const size_t tiles = (problem_.outputPixels + tilePixels_ - 1) / tilePixels_;
    parallelFor(context.team, problem_.batch * problem_.groups * tiles,
                [this, tiles, &context](size_t thread, size_t task) {
                  runTile(task / tiles, task % tiles, context.scratchOf(thread));
                });
  }

 private:
  /// `slice` counts the groups of all batch elements.
  void runTile(size_t slice, size_t tile, float* scratch) const {
    const size_t batch = slice / problem_.groups;
    const size_t group = slice % problem_.groups;
    const size_t first = tile * tilePixels_;
    const size_t pixels = std::min(tilePixels_, problem_.outputPixels - first);
    MapView map = map_;
    map.data += static_cast<ptrdiff_t>(batch) * inputBatch_ +
                static_cast<ptrdiff_t>(group * problem_.groupInputs) * map.channel;
    const WindowGeometry& window = problem_.window;
    gatherTaps(map, window.y, window.x, taps_.data(), taps_.size(),
               {.first = first, .count = pixels, .columns = static_cast<size_t>(window.x.output)},
               tilePixels_, scratch);
    const size_t offset = slice * problem_.groupOutputs * problem_.outputPlane + first;
    float* output = output_ + offset;
    weights_.group(group).run(0, problem_.groupOutputs,
                              {.input = scratch,
                               .inputPlane = tilePixels_,
                               .output = output,
                               .outputPlane = problem_.outputPlane,
                               .residual = residual_ == nullptr ? nullptr : residual_ + offset,
                               .pixels = pixels,
                               .clamp = problem_.clamp});
    const size_t channel = group * problem_.groupOutputs;
    post_.apply(output, problem_.outputPlane, channel, channel + problem_.groupOutputs, pixels);
  }

  ConvolutionProblem problem_;
  size_t tilePixels_;
  GroupedWeights weights_;
  PostActivation post_;
  std::vector<Tap> taps_;
  MapView map_{};
  ptrdiff_t inputBatch_ = 0;
  const float* residual_ = nullptr;
  float* output_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> makeTiledStep(const PlanContext& context, const Node& node,
                                    const ConvolutionProblem& problem, StepReport report) {
  return std::make_unique<TiledStep>(context, node, problem, std::move(report));
}

}  // namespace filigree
