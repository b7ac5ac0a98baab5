// The first convolution: reads the interleaved picture and writes planes, so that no conversion of
// the input is needed. Rows that need zeros at their ends are copied into a small ring of bordered
// rows.
#include <algorithm>
#include <cstring>

#include "graph/constant.h"
#include "memory.h"
#include "ops/convolution.h"
#include "ops/pack_rows.h"
#include "ops/row_step.h"
#include "parallel.h"

namespace filigree {

namespace {

constexpr size_t kSmallestBand = 4;  // output rows per task; bands share no bordered rows

class HwcStep final : public RowStep {
 public:
  HwcStep(const PlanContext& context, const Node& node, const ConvolutionProblem& problem,
          StepReport report)
      : problem_(problem), kernel_(&context.kernels.convHwc[0]) {
    report_ = std::move(report);
    report_.kernel = kernel_->name;
    report_.reason = "first layer, straight from interleaved pixels";
    post_.plan(context.graph, node.epilogue, context.kernels, problem.outputChannels());
    const size_t block = kernel_->rowBlock;
    blockedOutputs_ = (problem.outputChannels() + block - 1) / block * block;
    columns_ = problem.taps() * problem.inputChannels();
    const WindowGeometry& window = problem.window;
    sourceRowFloats_ = static_cast<size_t>(window.x.input) * problem.inputChannels();
    const size_t reachX = window.x.span(static_cast<size_t>(window.x.output));
    const size_t borderedX =
        static_cast<size_t>(window.x.before) + static_cast<size_t>(window.x.input);
    borderedFloats_ = std::max(reachX, borderedX) * problem.inputChannels();
    ringRows_ = window.y.span(1);
    report_.executedMacs =
        static_cast<uint64_t>(blockedOutputs_) * columns_ * problem.outputPixels * problem.batch;
  }

  size_t packedBytes() const override {
    return alignUp(blockedOutputs_ * (columns_ + 1) * sizeof(float)) + post_.packedBytes();
  }

  Status pack(const Graph& graph, uint8_t* packed) override {
    post_.pack(graph, packed + alignUp(blockedOutputs_ * (columns_ + 1) * sizeof(float)));
    const std::vector<float> bias = readBias(graph, problem_.bias);
    auto* out = reinterpret_cast<float*>(packed);
    packRowBlocks(ConstantRows(*graph.constant(problem_.weights), columns_), 0,
                  problem_.outputChannels(), bias.empty() ? nullptr : bias.data(),
                  kernel_->rowBlock, out);
    weights_ = out;
    return {};
  }

  /// The list of source rows, which row each slot of the ring holds, the ring, and a row of zeros.
  size_t scratchBytesPerThread() const override {
    return alignUp(tableBytes()) + (ringRows_ + 1) * borderedFloats_ * sizeof(float);
  }

  void bind(const Addresses& addresses) override {
    input_ = addresses[static_cast<size_t>(problem_.input)];
    output_ = addresses[static_cast<size_t>(problem_.output)];
  }

  void run(const RunContext& context) const override {
    const WindowAxis& y = problem_.window.y;
    for (size_t batch = 0; batch < problem_.batch; ++batch) {
      const float* input = input_ + batch * static_cast<size_t>(y.input) * sourceRowFloats_;
      float* output = output_ + batch * problem_.outputChannels() * problem_.outputPlane;
      parallelRanges(context.team, static_cast<size_t>(y.output), kSmallestBand,
                     [&](size_t thread, size_t first, size_t last) {
                       runRows({first, last}, input, output, context.scratchOf(thread));
                     });
    }
  }

  RowRange rowsNeeded(RowRange rows) const override { return problem_.window.y.inputsUnder(rows); }
  size_t mostRowsNeeded(size_t rows) const override {
    return problem_.window.y.mostInputsUnder(rows);
  }

  void setPlanes(size_t inputPlane, size_t outputPlane) override {
    (void)inputPlane;
    problem_.outputPlane = outputPlane;
  }

  void runRows(RowRange rows, const float* input, float* output, float* scratch) const override {
    const WindowGeometry& window = problem_.window;
    const size_t channels = problem_.inputChannels();
    const auto** sourceRows = reinterpret_cast<const float**>(scratch);
    auto* rowInSlot = reinterpret_cast<int32_t*>(sourceRows + window.y.kernel);
    float* ring = scratch + alignUp(tableBytes()) / sizeof(float);
    float* zeros = ring + ringRows_ * borderedFloats_;
    std::fill(rowInSlot, rowInSlot + ringRows_, kNone);
    std::memset(ring, 0, (ringRows_ + 1) * borderedFloats_ * sizeof(float));
    const size_t before = static_cast<size_t>(window.x.before) * channels;
    for (size_t row = rows.first; row < rows.last; ++row) {
      for (int32_t tap = 0; tap < window.y.kernel; ++tap) {
        const int32_t sourceRow = window.y.source(static_cast<int32_t>(row), tap);
        const float*& out = sourceRows[tap];
        if (sourceRow < 0 || sourceRow >= window.y.input) {
          out = zeros;
          continue;
        }
        const float* source = input + static_cast<size_t>(sourceRow) * sourceRowFloats_;
        if (!window.x.padded()) {
          out = source;
          continue;
        }
        const size_t slot = static_cast<size_t>(sourceRow) % ringRows_;
        out = ring + slot * borderedFloats_;
        if (rowInSlot[slot] != sourceRow) {
          std::memcpy(ring + slot * borderedFloats_ + before, source,
                      sourceRowFloats_ * sizeof(float));
          rowInSlot[slot] = sourceRow;
        }
      }
      float* outputRow = output + row * static_cast<size_t>(window.x.output);
      kernel_->run({.outputChannels = problem_.outputChannels(),
                    .columns = static_cast<size_t>(window.x.output),
                    .kernelHeight = static_cast<size_t>(window.y.kernel),
                    .kernelWidth = static_cast<size_t>(window.x.kernel),
                    .inputChannels = channels,
                    .strideX = static_cast<size_t>(window.x.stride),
                    .sourceRows = sourceRows,
                    .weights = weights_,
                    .output = outputRow,
                    .outputPlane = problem_.outputPlane,
                    .clamp = problem_.clamp});
      post_.apply(outputRow, problem_.outputPlane, 0, problem_.outputChannels(),
                  static_cast<size_t>(window.x.output));
    }
  }

 private:
  bool isByRows() const override { return problem_.batch == 1; }

  size_t tableBytes() const {
    return static_cast<size_t>(problem_.window.y.kernel) * sizeof(float*) +
           ringRows_ * sizeof(int32_t);
  }

  ConvolutionProblem problem_;
  const ConvHwcKernel* kernel_;
  PostActivation post_;
  size_t blockedOutputs_ = 0;
  size_t columns_ = 0;
  size_t sourceRowFloats_ = 0;
  size_t borderedFloats_ = 0;
  size_t ringRows_ = 0;
  const float* weights_ = nullptr;
  const float* input_ = nullptr;
  float* output_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> makeHwcStep(const PlanContext& context, const Node& node,
                                  const ConvolutionProblem& problem, StepReport report) {
  return std::make_unique<HwcStep>(context, node, problem, std::move(report));
}

}  // namespace filigree
