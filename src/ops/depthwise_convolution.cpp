// DEPTHWISE_CONV_2D: each output channel slides its own window over one input plane.
#include <vector>

#include "graph/constant.h"
#include "memory.h"
#include "ops/bordered_plane.h"
#include "ops/check.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "parallel.h"
#include "text.h"

namespace filigree {

namespace {

constexpr uint64_t kMacsPerRange = 1 << 16;  // smallest piece of work worth handing to a thread

/// Of an H·W·C weight tensor: nonzeros at each tap.
Macs countMacs(const Value& weights, const WindowGeometry& window, size_t channels, size_t batch) {
  Macs macs;
  macs.dense = window.validTaps() * channels * batch;
  std::vector<float> elements(weights.shape.elements());
  readFloats(weights, elements.data());
  for (size_t i = 0; i < elements.size(); ++i) {
    if (elements[i] == 0) continue;
    const auto tap = static_cast<int32_t>(i / channels);
    macs.nonzero += window.validOutputs(tap / window.x.kernel, tap % window.x.kernel) * batch;
  }
  return macs;
}

class DepthwiseStep final : public Step {
 public:
  DepthwiseStep(const PlanContext& context, const Node& node, const WindowGeometry& window)
      : plane_(window) {
    const Graph& graph = context.graph;
    input_ = node.input(0);
    weights_ = node.input(1);
    bias_ = node.input(2);
    output_ = node.output();
    residual_ = node.epilogue.residual;
    const Shape& inputShape = graph.value(input_).shape;
    const Shape& outputShape = graph.value(output_).shape;
    inputPlane_ =
        planeStride(static_cast<size_t>(window.y.input), static_cast<size_t>(window.x.input));
    outputPlane_ =
        planeStride(static_cast<size_t>(window.y.output), static_cast<size_t>(window.x.output));
    outputWidth_ = static_cast<size_t>(window.x.output);
    outputRows_ = static_cast<size_t>(window.y.output);
    channels_ = static_cast<size_t>(outputShape.channels());
    multiplier_ = channels_ / static_cast<size_t>(inputShape.channels());
    planes_ = channels_ * static_cast<size_t>(outputShape.batch());
    taps_ = static_cast<size_t>(window.y.kernel) * static_cast<size_t>(window.x.kernel);
    clamp_ = clampOf(node.epilogue.activation);
    kernel_ = plane_.findKernel(context.kernels, WindowKind::Convolution);
    post_.plan(graph, node.epilogue, context.kernels, channels_);
    report_.kernel = kernel_->name;
    report_.macs = countMacs(graph.value(weights_), window, channels_,
                             static_cast<size_t>(outputShape.batch()));
    report_.density = static_cast<double>(countNonzeros(graph.value(weights_))) /
                      static_cast<double>(taps_ * channels_);
    report_.executedMacs = static_cast<uint64_t>(taps_) * outputRows_ * outputWidth_ * planes_;
  }

  size_t packedBytes() const override {
    return alignUp(channels_ * (taps_ + 1) * sizeof(float)) + post_.packedBytes();
  }

  /// For each channel its weights, then all biases.
  Status pack(const Graph& graph, uint8_t* packed) override {
    post_.pack(graph, packed + alignUp(channels_ * (taps_ + 1) * sizeof(float)));
    auto* out = reinterpret_cast<float*>(packed);
    packed_ = out;
    Block dense;
    FILIGREE_CHECK_OK(readFloats(graph.value(weights_), &dense));
    for (size_t channel = 0; channel < channels_; ++channel) {
      for (size_t tap = 0; tap < taps_; ++tap) *out++ = dense.floats()[tap * channels_ + channel];
    }
    if (bias_ != kNone) {
      readFloats(graph.value(bias_), out);
    } else {
      std::fill(out, out + channels_, 0.0f);
    }
    return {};
  }

  size_t scratchBytesPerThread() const override {
    return plane_.scratchFloats() * sizeof(float) + kOverReadBytes;
  }

  void bind(const Addresses& addresses) override {
    inputData_ = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    const size_t bands = plane_.bands();
    const uint64_t macsPerBand = static_cast<uint64_t>(plane_.bandRows()) * outputWidth_ * taps_;
    const auto smallest = static_cast<size_t>(kMacsPerRange / macsPerBand);
    parallelRanges(context.pool, context.threads, planes_ * bands, smallest,
                   [&](size_t thread, size_t first, size_t last) {
                     for (size_t task = first; task < last; ++task) {
                       runBand(context.kernels, task / bands, task % bands,
                               context.scratchOf(thread));
                     }
                   });
  }

 private:
  void runBand(const KernelTable& kernels, size_t plane, size_t band, float* scratch) const {
    const size_t channel = plane % channels_;
    const size_t firstRow = band * plane_.bandRows();
    const size_t rows = std::min(plane_.bandRows(), outputRows_ - firstRow);
    WindowArgs args = plane_.prepare(kernels, inputData_ + plane / multiplier_ * inputPlane_,
                                     firstRow, rows, 0, scratch);
    args.weights = packed_ + channel * taps_;
    args.bias = packed_[channels_ * taps_ + channel];
    args.output = outputData_ + plane * outputPlane_ + firstRow * outputWidth_;
    args.clamp = clamp_;
    kernel_->run(args);
    post_.apply(args.output, 0, channel, channel + 1, rows * outputWidth_);
  }

  BorderedPlane plane_;
  PostActivation post_;
  const WindowKernel* kernel_ = nullptr;
  ValueId input_ = kNone, weights_ = kNone, bias_ = kNone, output_ = kNone, residual_ = kNone;
  size_t inputPlane_ = 0, outputPlane_ = 0, outputWidth_ = 0, outputRows_ = 0;
  size_t channels_ = 0;    // of the output
  size_t multiplier_ = 1;  // output channels of an input channel
  size_t planes_ = 0;      // output channels of all batch elements
  size_t taps_ = 0;
  Clamp clamp_;
  const float* packed_ = nullptr;
  const float* inputData_ = nullptr;
  float* outputData_ = nullptr;
};

}  // namespace

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
  *step = std::make_unique<DepthwiseStep>(context, node, window);
  return {};
}

}  // namespace filigree
