// Depthwise convolution with windows of 3 × 3 or 5 × 5, stride 1 or 2 and no dilation: the kernel
// reads the planes where they lie.
#include <algorithm>

#include "memory.h"
#include "ops/depthwise_convolution.h"
#include "ops/row_step.h"
#include "parallel.h"

namespace filigree {

namespace {

constexpr uint64_t kMacsPerTask = 1 << 15;  // smallest piece of work worth handing to a thread

/// What an activation is applied to after the kernel shall still be in the first cache.
constexpr size_t kPostActivationFloats = 4096;

class DirectDepthwiseStep final : public RowStep {
 public:
  DirectDepthwiseStep(const PlanContext& context, const DepthwiseProblem& problem,
                      const DepthwiseKernel& kernel)
      : problem_(problem), kernel_(kernel) {
    report_ = problem.report(context.graph, kernel.name);
    bandRows_ = problem_.rows;
    if (problem_.post.needed()) {
      bandRows_ = std::clamp(kPostActivationFloats / problem_.columns, size_t{4}, problem_.rows);
    }
  }

  size_t packedBytes() const override {
    return alignUp(problem_.packedBytes()) + 2 * edgeColumns() * sizeof(float);
  }

  /// The problem's own, then DepthwiseArgs::inside and ::zeros.
  Status pack(const Graph& graph, uint8_t* packed) override {
    auto* inside = reinterpret_cast<uint32_t*>(packed + alignUp(problem_.packedBytes()));
    inside_ = inside;
    std::fill_n(inside, 2 * edgeColumns(), 0);
    const WindowAxis& x = problem_.window.x;
    std::fill_n(inside + x.before, x.input, UINT32_MAX);
    zeros_ = reinterpret_cast<const float*>(inside + edgeColumns());
    return problem_.pack(graph, packed);
  }

  void bind(const Addresses& addresses) override {
    input_ = addresses[static_cast<size_t>(problem_.input)];
    output_ = addresses[static_cast<size_t>(problem_.output)];
  }

  void run(const RunContext& context) const override {
    parallelBands(context.team, problem_.planes, problem_.rows, problem_.columns,
                  static_cast<size_t>(kMacsPerTask / problem_.macsPerRow()),
                  [this](size_t, const PlaneRange& part) {
                    runPlanes(part.firstPlane, part.lastPlane, {part.firstRow, part.lastRow},
                              input_, output_);
                  });
  }

  RowRange rowsNeeded(RowRange rows) const override { return problem_.window.y.inputsUnder(rows); }
  size_t mostRowsNeeded(size_t rows) const override {
    return problem_.window.y.mostInputsUnder(rows);
  }

  void setPlanes(size_t inputPlane, size_t outputPlane) override {
    problem_.inputPlane = inputPlane;
    problem_.outputPlane = outputPlane;
  }

  void runRows(RowRange rows, const float* input, float* output, float* scratch) const override {
    (void)scratch;
    runPlanes(0, problem_.planes, rows, input, output);
  }

 private:
  /// How many columns `inside` and `zeros` have.
  size_t edgeColumns() const {
    const WindowAxis& x = problem_.window.x;
    const auto windows = kernel_.stride * problem_.columns + static_cast<size_t>(x.kernel);
    // A map may be wider than its windows reach.
    return static_cast<size_t>(x.before) + DepthwiseArgs::kMostLeft +
           std::max(windows, static_cast<size_t>(x.input));
  }

  bool isByRows() const override { return problem_.planes == problem_.channels; }

  void runPlanes(size_t first, size_t last, RowRange rows, const float* input,
                 float* output) const {
    // As many planes in a call as follow each other in input, weights and output.
    while (first < last) {
      const size_t channel = first % problem_.channels;
      const size_t most =
          problem_.multiplier > 1 || problem_.post.needed() ? 1 : problem_.channels - channel;
      const size_t count = std::min(last - first, most);
      for (size_t row = rows.first; row < rows.last; row += bandRows_) {
        runBand(first, count, {row, std::min(row + bandRows_, rows.last)},
                input + first / problem_.multiplier * problem_.inputPlane,
                output + first * problem_.outputPlane);
      }
      first += count;
    }
  }

  void runBand(size_t plane, size_t planes, RowRange rows, const float* input,
               float* output) const {
    const size_t channel = plane % problem_.channels;
    const WindowGeometry& window = problem_.window;
    kernel_.run({.planes = planes,
                 .firstRow = rows.first,
                 .rows = rows.count(),
                 .columns = problem_.columns,
                 .height = static_cast<size_t>(window.y.input),
                 .width = static_cast<size_t>(window.x.input),
                 .input = input,
                 .inputPlane = problem_.inputPlane,
                 .top = static_cast<size_t>(window.y.before),
                 .left = static_cast<size_t>(window.x.before),
                 .inside = inside_,
                 .zeros = zeros_,
                 .weights = problem_.weightsOf(channel),
                 .bias = problem_.biasOf(channel),
                 .output = output,
                 .outputPlane = problem_.outputPlane,
                 .clamp = problem_.clamp});
    problem_.post.apply(output + rows.first * problem_.columns, 0, channel, channel + 1,
                        rows.count() * problem_.columns);
  }

  DepthwiseProblem problem_;
  const DepthwiseKernel& kernel_;
  size_t bandRows_ = 0;
  const uint32_t* inside_ = nullptr;
  const float* zeros_ = nullptr;
  const float* input_ = nullptr;
  float* output_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> makeDirectDepthwiseStep(const PlanContext& context,
                                              const DepthwiseProblem& problem) {
  const WindowAxis& x = problem.window.x;
  const WindowAxis& y = problem.window.y;
  const bool isSquare = x.kernel == y.kernel && x.stride == y.stride;
  const bool isPlain = x.dilation == 1 && y.dilation == 1;
  constexpr int32_t kMostLeft = DepthwiseArgs::kMostLeft;
  if (!isSquare || !isPlain || x.before > kMostLeft) return nullptr;
  for (const DepthwiseKernel& kernel : context.kernels.depthwise) {
    if (kernel.size == static_cast<size_t>(y.kernel) &&
        kernel.stride == static_cast<size_t>(y.stride)) {
      return std::make_unique<DirectDepthwiseStep>(context, problem, kernel);
    }
  }
  return nullptr;
}

}  // namespace filigree
