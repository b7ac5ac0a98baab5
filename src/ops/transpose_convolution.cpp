// TRANSPOSE_CONV and the custom Convolution2DTransposeBias.
//
// Output pixels fall into stride × stride phases. Within a phase every pixel meets the same taps,
// so a phase is an ordinary convolution of the input with these taps, whose results are stored
// `stride` pixels apart. Source: TFLite's reference kernel, turned from scattering to gathering.
#include <algorithm>
#include <vector>

#include "graph/constant.h"
#include "memory.h"
#include "ops/check.h"
#include "ops/convolution.h"
#include "ops/gather.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "parallel.h"

namespace filigree {

namespace {

/// Each phase is a matrix of its own: a bound that only a hostile file reaches.
constexpr int64_t kMostPhases = 1 << 16;

/// One axis: output position o = input position · stride + tap − before.
struct ScatterAxis {
  int32_t input = 0;
  int32_t output = 0;
  int32_t kernel = 0;
  int32_t stride = 1;
  int32_t before = 0;
};

/// `wanted`: the size that TRANSPOSE_CONV asks for, whose padding is that of the convolution which
/// would map the output back; what no window reaches is bias alone. 0 for
/// Convolution2DTransposeBias, whose output is as large as all windows together, less the padding
/// (MediaPipe's transpose_conv_bias.cc).
Status solveAxis(const Graph& graph, const Node& node, Padding padding, int32_t wanted,
                 ScatterAxis* axis) {
  const int64_t input = axis->input;
  const int64_t stride = axis->stride;
  const int64_t kernel = axis->kernel;
  int64_t output = wanted;
  int64_t cut = 0;
  if (wanted == 0) {
    if (padding == Padding::Same) cut = std::max<int64_t>(0, kernel - (input - 1) % stride - 1);
    output = (input - 1) * stride + kernel - cut;
  } else if (padding == Padding::Same) {
    const int64_t forward = (output + stride - 1) / stride;
    cut = std::max<int64_t>((forward - 1) * stride + kernel - output, 0);
  }
  if (input < 1 || output < 1 || output > static_cast<int64_t>(kMaxElements)) {
    return invalidModel(nodeText(graph, node), ": an output size of ", output, " for an input of ",
                        input, ", a window of ", kernel, " and stride ", stride);
  }
  axis->output = static_cast<int32_t>(output);
  axis->before = static_cast<int32_t>(cut / 2);
  return {};
}

/// Input pixels that meet the output position, counted over all positions of the axis.
uint64_t validTaps(const ScatterAxis& axis, int32_t tap) {
  uint64_t count = 0;
  for (int32_t i = 0; i < axis.input; ++i) {
    const int64_t o = int64_t{i} * axis.stride + tap - axis.before;
    count += o >= 0 && o < axis.output ? 1 : 0;
  }
  return count;
}

/// The outputs (first + i · stride) of one axis, and the taps that they meet.
struct PhaseAxis {
  int32_t first = 0;
  int32_t count = 0;
  std::vector<int32_t> taps;
  std::vector<int32_t> offsets;  // of tap k: input position = i + offsets[k]
};

PhaseAxis makePhase(const ScatterAxis& axis, int32_t phase) {
  PhaseAxis out;
  out.first = phase;
  out.count = phase < axis.output ? (axis.output - phase + axis.stride - 1) / axis.stride : 0;
  for (int32_t tap = 0; tap < axis.kernel; ++tap) {
    const int32_t distance = phase + axis.before - tap;
    if (distance % axis.stride != 0) continue;
    out.taps.push_back(tap);
    out.offsets.push_back(distance / axis.stride);
  }
  return out;
}

class TransposeConvolutionStep final : public Step {
 public:
  TransposeConvolutionStep(const PlanContext& context, const Node& node, const ScatterAxis& y,
                           const ScatterAxis& x)
      : input_(node.input(0)),
        weights_(node.input(1)),
        bias_(node.input(2)),
        output_(node.output()) {
    const Graph& graph = context.graph;
    const Value& weights = graph.value(weights_);
    const Shape& input = graph.value(input_).shape;
    outputs_ = static_cast<size_t>(weights.shape[0]);
    inputs_ = static_cast<size_t>(weights.shape[3]);
    batch_ = static_cast<size_t>(input.batch());
    outputPlane_ = planeStride(static_cast<size_t>(y.output), static_cast<size_t>(x.output));
    outputWidth_ = static_cast<size_t>(x.output);
    strideX_ = static_cast<size_t>(x.stride);
    strideY_ = static_cast<size_t>(y.stride);
    const StridedView view = stridedView(input, graph.value(input_).layout);
    map_ = {nullptr, inputs_, view.stride[1], view.stride[2], view.stride[3]};
    inputBatch_ = view.stride[0];
    // Within a phase the window has stride 1.
    windowY_ = {.input = y.input};
    windowX_ = {.input = x.input};
    clamp_ = clampOf(node.epilogue.activation);
    post_.plan(graph, node.epilogue, context.kernels, outputs_);
    kernelHeight_ = static_cast<size_t>(y.kernel);
    kernelWidth_ = static_cast<size_t>(x.kernel);
    const std::vector<size_t> nonzerosOfTap = countNonzerosOfTaps(weights);
    makePhases(context, y, x, nonzerosOfTap);
    countMacs(weights, y, x, nonzerosOfTap);
  }

  size_t packedBytes() const override {
    size_t bytes = post_.packedBytes();
    for (const Phase& phase : phases_) bytes += phase.matrix.packedBytes();
    return bytes;
  }

  Status pack(const Graph& graph, uint8_t* packed) override {
    const std::vector<float> bias = readBias(graph, bias_);
    const Constant& weights = *graph.constant(weights_);
    for (Phase& phase : phases_) {
      const ConstantRows rows(weights, kernelHeight_ * kernelWidth_ * inputs_, inputs_,
                              phase.weightTaps);
      phase.matrix.pack(rows, 0, bias.empty() ? nullptr : bias.data(), kTilePixels, packed);
      packed += phase.matrix.packedBytes();
    }
    post_.pack(graph, packed);
    return {};
  }

  /// The gathered tile and the results before they are spread out.
  size_t scratchBytesPerThread() const override {
    return alignUp(gatheredPlanes_ * kTilePixels * sizeof(float) + kOverReadBytes) +
           outputs_ * kTilePixels * sizeof(float);
  }

  void bind(const Addresses& addresses) override {
    map_.data = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    parallelFor(context.team, batch_ * tiles_.size(), [&](size_t thread, size_t task) {
      runTile(task / tiles_.size(), tiles_[task % tiles_.size()], context.scratchOf(thread));
    });
  }

 private:
  struct Phase {
    PhaseAxis y;
    PhaseAxis x;
    std::vector<Tap> taps;
    std::vector<size_t> weightTaps;  // which of the weights' taps these are
    MatrixWeights matrix;
  };
  struct Tile {
    size_t phase;
    size_t first;
    size_t count;
  };

  void makePhases(const PlanContext& context, const ScatterAxis& y, const ScatterAxis& x,
                  const std::vector<size_t>& nonzerosOfTap) {
    for (int32_t py = 0; py < std::min(y.stride, y.output); ++py) {
      for (int32_t px = 0; px < std::min(x.stride, x.output); ++px) {
        Phase phase{makePhase(y, py), makePhase(x, px), {}, {}, {}};
        const auto pixels = static_cast<size_t>(phase.y.count) * static_cast<size_t>(phase.x.count);
        size_t nonzeros = 0;
        for (size_t i = 0; i < phase.y.taps.size(); ++i) {
          for (size_t j = 0; j < phase.x.taps.size(); ++j) {
            phase.taps.push_back({phase.y.offsets[i], phase.x.offsets[j]});
            phase.weightTaps.push_back(static_cast<size_t>(phase.y.taps[i]) * kernelWidth_ +
                                       static_cast<size_t>(phase.x.taps[j]));
            nonzeros += nonzerosOfTap[phase.weightTaps.back()];
          }
        }
        const size_t columns = phase.taps.size() * inputs_;
        gatheredPlanes_ = std::max(gatheredPlanes_, columns);
        phase.matrix.choose(context,
                            {.rows = outputs_,
                             .columns = columns,
                             .nonzeros = nonzeros,
                             .pixels = std::min(pixels, kTilePixels)},
                            &report_);
        report_.executedMacs +=
            static_cast<uint64_t>(phase.matrix.executedPerPixel()) * pixels * batch_;
        for (size_t first = 0; first < pixels; first += kTilePixels) {
          tiles_.push_back({phases_.size(), first, std::min(kTilePixels, pixels - first)});
        }
        phases_.push_back(std::move(phase));
      }
    }
    report_.kernel += " per phase";
  }

  void countMacs(const Value& weights, const ScatterAxis& y, const ScatterAxis& x,
                 const std::vector<size_t>& nonzerosOfTap) {
    report_.density =
        static_cast<double>(countNonzeros(weights)) / static_cast<double>(weights.shape.elements());
    std::vector<uint64_t> columns;
    columns.reserve(kernelWidth_);
    for (int32_t tap = 0; tap < x.kernel; ++tap) columns.push_back(validTaps(x, tap));
    auto ofTap = nonzerosOfTap.begin();
    for (int32_t tap = 0; tap < y.kernel; ++tap) {
      const uint64_t row = validTaps(y, tap);
      for (const uint64_t column : columns) {
        report_.macs.dense += row * column * inputs_ * outputs_ * batch_;
        report_.macs.nonzero += row * column * *ofTap++ * batch_;
      }
    }
  }

  void runTile(size_t batch, const Tile& tile, float* scratch) const {
    const Phase& phase = phases_[tile.phase];
    MapView map = map_;
    map.data += static_cast<ptrdiff_t>(batch) * inputBatch_;
    const auto phaseColumns = static_cast<size_t>(phase.x.count);
    gatherTaps(map, windowY_, windowX_, phase.taps.data(), phase.taps.size(),
               {.first = tile.first, .count = tile.count, .columns = phaseColumns}, kTilePixels,
               scratch);
    float* results =
        scratch +
        alignUp(gatheredPlanes_ * kTilePixels * sizeof(float) + kOverReadBytes) / sizeof(float);
    phase.matrix.run(0, outputs_,
                     {.input = scratch,
                      .inputPlane = kTilePixels,
                      .output = results,
                      .outputPlane = kTilePixels,
                      .pixels = tile.count,
                      .clamp = clamp_});
    post_.apply(results, kTilePixels, 0, outputs_, tile.count);
    for (size_t done = 0; done < tile.count;) {
      const size_t row = (tile.first + done) / phaseColumns;
      const size_t column = (tile.first + done) % phaseColumns;
      const size_t count = std::min(phaseColumns - column, tile.count - done);
      const size_t outputRow = static_cast<size_t>(phase.y.first) + row * strideY_;
      const size_t outputColumn = static_cast<size_t>(phase.x.first) + column * strideX_;
      float* out =
          outputData_ + batch * outputs_ * outputPlane_ + outputRow * outputWidth_ + outputColumn;
      for (size_t output = 0; output < outputs_; ++output, out += outputPlane_) {
        const float* from = results + output * kTilePixels + done;
        for (size_t i = 0; i < count; ++i) out[i * strideX_] = from[i];
      }
      done += count;
    }
  }

  ValueId input_, weights_, bias_, output_;
  PostActivation post_;
  std::vector<Phase> phases_;
  std::vector<Tile> tiles_;
  WindowAxis windowY_, windowX_;
  MapView map_{};
  ptrdiff_t inputBatch_ = 0;
  size_t batch_ = 0, inputs_ = 0, outputs_ = 0;
  size_t outputPlane_ = 0, outputWidth_ = 0;
  size_t strideX_ = 1, strideY_ = 1;
  size_t kernelHeight_ = 0, kernelWidth_ = 0;
  size_t gatheredPlanes_ = 0;
  Clamp clamp_;
  float* outputData_ = nullptr;
};

Status solve(const Graph& graph, const Node& node, ScatterAxis* y, ScatterAxis* x) {
  const auto& params = node.as<TransposeConvolutionParams>();
  const Shape& input = graph.value(node.input(0)).shape;
  const Shape& weights = graph.value(node.input(1)).shape;
  *y = {.input = input.height(), .kernel = weights[1], .stride = params.window.strideY};
  *x = {.input = input.width(), .kernel = weights[2], .stride = params.window.strideX};
  FILIGREE_CHECK_OK(solveAxis(graph, node, params.window.padding, params.outputHeight, y));
  return solveAxis(graph, node, params.window.padding, params.outputWidth, x);
}

}  // namespace

Status inferTransposeConvolution(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 0, 4));
  FILIGREE_CHECK_OK(checkRank(graph, node, 1, 4));
  FILIGREE_CHECK_OK(checkConstant(graph, node, 1));
  const Shape& input = graph.value(node.input(0)).shape;
  const Shape& weights = graph.value(node.input(1)).shape;
  if (weights[0] < 1 || weights[1] < 1 || weights[2] < 1 || weights[3] != input.channels()) {
    return invalidModel(nodeText(graph, node), ": weights ", valueText(graph, node.input(1)),
                        " do not fit ", valueText(graph, node.input(0)),
                        ", expected output × height × width × input channels");
  }
  FILIGREE_CHECK_OK(checkBias(graph, node, 2, weights[0]));
  ScatterAxis y, x;
  FILIGREE_CHECK_OK(solve(graph, node, &y, &x));
  return setOutputShape(graph, node, {input.batch(), y.output, x.output, weights[0]});
}

Status planTransposeConvolution(const PlanContext& context, const Node& node,
                                std::unique_ptr<Step>* step) {
  ScatterAxis y, x;
  FILIGREE_CHECK_OK(solve(context.graph, node, &y, &x));
  const int64_t phases = int64_t{std::min(y.stride, y.output)} * std::min(x.stride, x.output);
  const Shape& weights = context.graph.value(node.input(1)).shape;
  const size_t planes = weights.elements() / static_cast<size_t>(weights[0]);
  if (phases > kMostPhases || planes > kMostGatheredPlanes) {
    return unsupported(nodeText(context.graph, node), ": ", phases, " different positions of a ",
                       "window of ", planes, " inputs, at most ", kMostPhases, " and ",
                       kMostGatheredPlanes);
  }
  *step = std::make_unique<TransposeConvolutionStep>(context, node, y, x);
  return {};
}

}  // namespace filigree
