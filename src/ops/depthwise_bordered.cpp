// Depthwise convolution of any window: each plane is copied with its border filled in, band by
// band, and the window slides over the copy.
#include <algorithm>

#include "memory.h"
#include "ops/bordered_plane.h"
#include "ops/depthwise_convolution.h"
#include "ops/find_kernel.h"

namespace filigree {

namespace {

constexpr uint64_t kMacsPerRange = 1 << 15;  // smallest piece of work worth handing to a thread

class BorderedDepthwiseStep final : public Step {
 public:
  BorderedDepthwiseStep(const PlanContext& context, const DepthwiseProblem& problem)
      : problem_(problem),
        plane_(problem.window),
        kernel_(findKernel(context.kernels.window, WindowKind::Convolution)) {
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
    const auto minimumRows = static_cast<size_t>(kMacsPerRange / problem_.macsPerRow());
    plane_.forEachBand(context, problem_.planes, minimumRows,
                       [&](size_t plane, size_t firstRow, size_t rows, float* scratch) {
                         runBand(context.kernels, plane, firstRow, rows, scratch);
                       });
  }

 private:
  void runBand(const KernelTable& kernels, size_t plane, size_t firstRow, size_t rows,
               float* scratch) const {
    const size_t channel = plane % problem_.channels;
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
