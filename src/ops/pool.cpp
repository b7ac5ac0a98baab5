// MAX_POOL_2D and AVERAGE_POOL_2D. Padding counts neither as a maximum nor in an average.
#include <algorithm>
#include <limits>
#include <vector>

#include "memory.h"
#include "ops/bordered_plane.h"
#include "ops/check.h"
#include "ops/find_kernel.h"
#include "ops/operator.h"
#include "ops/post_activation.h"

namespace filigree {

namespace {

/// Fewest outputs worth handing to a thread; of an average over the whole map, inputs.
constexpr size_t kElementsPerRange = 1 << 11;

/// How many taps of the window at `position` lie inside the map.
float countInside(const WindowAxis& axis, int32_t position) {
  const int32_t first = axis.source(position, 0);
  return static_cast<float>(std::min(first + axis.kernel, axis.input) - std::max(first, 0));
}

class PoolStep final : public Step {
 public:
  PoolStep(const PlanContext& context, const Node& node, const WindowGeometry& window)
      : plane_(window), window_(window), input_(node.input(0)), output_(node.output()) {
    const Shape& output = context.graph.value(output_).shape;
    average_ = node.as<PoolParams>().kind == PoolKind::Average;
    inputPlane_ = planeStride(context.graph.value(input_).shape);
    outputPlane_ = planeStride(output);
    outputWidth_ = static_cast<size_t>(window.x.output);
    channels_ = static_cast<size_t>(output.channels());
    planes_ = channels_ * static_cast<size_t>(output.batch());
    clamp_ = clampOf(node.epilogue.activation);
    post_.plan(context.graph, node.epilogue, context.kernels, channels_);
    global_ = average_ && window.y.output == 1 && window.x.output == 1 && !window.y.padded() &&
              !window.x.padded() && window.y.kernel == window.y.input &&
              window.x.kernel == window.x.input;
    for (int32_t row = 0; row < window.y.output; ++row) {
      rowCounts_.push_back(countInside(window.y, row));
    }
    for (int32_t column = 0; column < window.x.output; ++column) {
      columnCounts_.push_back(countInside(window.x, column));
    }
    kernel_ = &findKernel(context.kernels.window, average_ ? WindowKind::Sum : WindowKind::Maximum);
    report_.kernel = global_ ? "f32_plane_sum" : kernel_->name;
  }

  size_t packedBytes() const override { return post_.packedBytes(); }
  Status pack(const Graph& graph, uint8_t* packed) override {
    post_.pack(graph, packed);
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
    const size_t perRow =
        global_ ? static_cast<size_t>(window_.y.input * window_.x.input) : outputWidth_;
    plane_.forEachBand(context, planes_, kElementsPerRange / perRow,
                       [&](size_t plane, size_t firstRow, size_t rows, float* scratch) {
                         runBand(context.kernels, plane, firstRow, rows, scratch);
                       });
  }

 private:
  void runBand(const KernelTable& kernels, size_t plane, size_t firstRow, size_t rows,
               float* scratch) const {
    const float* input = inputData_ + plane * inputPlane_;
    float* output = outputData_ + plane * outputPlane_ + firstRow * outputWidth_;
    if (global_) {
      const size_t pixels =
          static_cast<size_t>(window_.y.input) * static_cast<size_t>(window_.x.input);
      output[0] = kernels.sum(input, pixels);
    } else {
      const float border = average_ ? 0 : -std::numeric_limits<float>::infinity();
      WindowArgs args = plane_.prepare(kernels, input, firstRow, rows, border, scratch);
      args.output = output;
      if (!average_) args.clamp = clamp_;
      kernel_->run(args);
    }
    if (average_) divide(firstRow, rows, output);
    const size_t channel = plane % channels_;
    post_.apply(output, 0, channel, channel + 1, rows * outputWidth_);
  }

  void divide(size_t firstRow, size_t rows, float* output) const {
    for (size_t row = firstRow; row < firstRow + rows; ++row) {
      for (size_t column = 0; column < outputWidth_; ++column, ++output) {
        const float average = *output / (rowCounts_[row] * columnCounts_[column]);
        const float raised = average < clamp_.minimum ? clamp_.minimum : average;
        *output = clamp_.maximum < raised ? clamp_.maximum : raised;
      }
    }
  }

  BorderedPlane plane_;
  WindowGeometry window_;
  PostActivation post_;
  const WindowKernel* kernel_ = nullptr;
  ValueId input_, output_;
  bool average_ = false;
  bool global_ = false;  // an average over the whole map
  size_t inputPlane_ = 0, outputPlane_ = 0, outputWidth_ = 0;
  size_t channels_ = 0, planes_ = 0;
  std::vector<float> rowCounts_;     // taps inside the map, by output row
  std::vector<float> columnCounts_;  // and by output column
  Clamp clamp_;
  const float* inputData_ = nullptr;
  float* outputData_ = nullptr;
};

}  // namespace

Status inferPool(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 0, 4));
  const auto& params = node.as<PoolParams>();
  const Shape& input = graph.value(node.input(0)).shape;
  WindowGeometry window;
  FILIGREE_CHECK_OK(windowGeometry(graph, node, params.window, params.kernelHeight,
                                   params.kernelWidth, input, &window));
  return setOutputShape(graph, node,
                        {input.batch(), window.y.output, window.x.output, input.channels()});
}

Status planPool(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const auto& params = node.as<PoolParams>();
  WindowGeometry window;
  FILIGREE_CHECK_OK(windowGeometry(context.graph, node, params.window, params.kernelHeight,
                                   params.kernelWidth, context.graph.value(node.input(0)).shape,
                                   &window));
  *step = std::make_unique<PoolStep>(context, node, window);
  return {};
}

}  // namespace filigree
