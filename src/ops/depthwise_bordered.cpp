// Depthwise convolution of any window: each plane is copied with its border filled in, band by
// band, and the window slides over the copy.
#include <algorithm>

#include "memory.h"
#include "ops/bordered_plane.h"
#include "ops/depthwise_convolution.h"
#include "parallel.h"

namespace filigree {

namespace {

constexpr uint64_t kMacsPerRange = 1 << 16;  // smallest piece of work worth handing to a thread

class BorderedDepthwiseStep final : public Step {
 public:
  BorderedDepthwiseStep(const PlanContext& context, const DepthwiseProblem& problem)
      : problem_(problem),
        plane_(problem.window),
        kernel_(findWindowKernel(context.kernels, WindowKind::Convolution)) {
    report_ = problem.report(context.graph, kernel_.name);
  }

  size_t packedBytes() const override { return problem_.packedBytes(); }

  Status pack(const Graph& graph, uint8_t* packed) override { return problem_.pack(graph, packed); }

  size_t scratchBytesPerThread() const override {
    return plane_.scratchFloats() * sizeof(float) + kOverReadBytes;
  }

  void bind(const Addresses& addresses) override {
    input_ = addresses[static_cast<size_t>(problem_.input)];
    output_ = addresses[static_cast<size_t>(problem_.output)];
  }

  void run(const RunContext& context) const override {
    const size_t bands = plane_.bands();
    const auto smallest =
        static_cast<size_t>(kMacsPerRange / (plane_.bandRows() * problem_.macsPerRow()));
    parallelRanges(context.pool, context.threads, problem_.planes * bands, smallest,
                   [&](size_t thread, size_t first, size_t last) {
                     for (size_t task = first; task < last; ++task) {
                       runBand(context.kernels, task / bands, task % bands,
                               context.scratchOf(thread));
                     }
                   });
  }

 private:
  void runBand(const KernelTable& kernels, size_t plane, size_t band, float* scratch) const {
    const size_t channel = plane % problem_.channels;
    const size_t firstRow = band * plane_.bandRows();
    const size_t rows = std::min(plane_.bandRows(), problem_.rows - firstRow);
    WindowArgs args =
        plane_.prepare(kernels, input_ + plane / problem_.multiplier * problem_.inputPlane,
                       firstRow, rows, 0, scratch);
    args.weights = problem_.weightsOf(channel);
    args.bias = *problem_.biasOf(channel);
    args.output = output_ + plane * problem_.outputPlane + firstRow * problem_.columns;
    args.clamp = problem_.clamp;
    kernel_.run(args);
    problem_.post.apply(args.output, 0, channel, channel + 1, rows * problem_.columns);
  }

  DepthwiseProblem problem_;
  BorderedPlane plane_;
  const WindowKernel& kernel_;
  const float* input_ = nullptr;
  float* output_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> makeBorderedDepthwiseStep(const PlanContext& context,
                                                const DepthwiseProblem& problem) {
  return std::make_unique<BorderedDepthwiseStep>(context, problem);
}

}  // namespace filigree
