// RESIZE_BILINEAR with both conventions (align_corners, half_pixel_centers). Source: TFLite's
// reference kernel: a position is interpolated between its lower and upper neighbour, both held
// inside the map.
#include <algorithm>
#include <cmath>
#include <vector>

#include "ops/check.h"
#include "ops/find_kernel.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "ops/step.h"
#include "parallel.h"

namespace filigree {

namespace {

constexpr size_t kPixelsPerRange = 1 << 13;

/// For each output position of one axis its two neighbours and the weight of the upper one.
struct Interpolation {
  std::vector<int32_t> lower;
  std::vector<int32_t> upper;
  std::vector<float> fraction;
};

Interpolation interpolate(int32_t input, int32_t output, const ResizeParams& params) {
  float scale = static_cast<float>(input) / static_cast<float>(output);
  if (params.alignCorners && output > 1) {
    scale = static_cast<float>(input - 1) / static_cast<float>(output - 1);
  }
  Interpolation out;
  for (int32_t i = 0; i < output; ++i) {
    const auto at = static_cast<float>(i);
    const float position = params.halfPixelCenters ? (at + 0.5f) * scale - 0.5f : at * scale;
    // Beyond 2^24 pixels a float no longer counts them one by one and may end up behind the last.
    const int32_t lower = std::clamp(static_cast<int32_t>(std::floor(position)), 0, input - 1);
    out.lower.push_back(lower);
    out.upper.push_back(std::min(static_cast<int32_t>(std::ceil(position)), input - 1));
    out.fraction.push_back(position - static_cast<float>(lower));
  }
  return out;
}

/// For each four outputs the inputs that they read; empty where four inputs do not contain them.
std::vector<LerpGroup> groupByFour(const Interpolation& columns) {
  constexpr size_t kGroup = 4;
  constexpr size_t kFloat = sizeof(float);
  std::vector<LerpGroup> groups;
  const size_t count = columns.lower.size();
  for (size_t first = 0; first < count; first += kGroup) {
    LerpGroup group = {};
    group.first = columns.lower[first];
    for (size_t i = 0; i < kGroup; ++i) {
      const size_t column = std::min(first + i, count - 1);
      const int32_t left = columns.lower[column] - group.first;
      const int32_t right = columns.upper[column] - group.first;
      if (left < 0 || right < 0 || std::max(left, right) >= static_cast<int32_t>(kGroup)) return {};
      for (size_t byte = 0; byte < kFloat; ++byte) {
        group.left[i * kFloat + byte] =
            static_cast<uint8_t>(static_cast<size_t>(left) * kFloat + byte);
        group.right[i * kFloat + byte] =
            static_cast<uint8_t>(static_cast<size_t>(right) * kFloat + byte);
      }
      group.fraction[i] = columns.fraction[column];
    }
    groups.push_back(group);
  }
  return groups;
}

class ResizeStep final : public Step {
 public:
  ResizeStep(const PlanContext& context, const Node& node)
      : add_(findKernel(context.kernels.binary, Binary::Add)),
        clampKernel_(findKernel(context.kernels.unary, Unary::Clamp)),
        input_(node.input(0)),
        output_(node.output()),
        residual_(node.epilogue.residual) {
    const Shape& input = context.graph.value(input_).shape;
    const Shape& output = context.graph.value(output_).shape;
    const auto& params = node.as<ResizeParams>();
    rows_ = interpolate(input.height(), output.height(), params);
    columns_ = interpolate(input.width(), output.width(), params);
    groups_ = groupByFour(columns_);
    inputWidth_ = static_cast<size_t>(input.width());
    inputPlane_ = planeStride(input);
    outputWidth_ = static_cast<size_t>(output.width());
    outputHeight_ = static_cast<size_t>(output.height());
    outputPlane_ = planeStride(output);
    channels_ = static_cast<size_t>(output.channels());
    planes_ = static_cast<size_t>(output.batch()) * channels_;
    const Activation activation = node.epilogue.activation;
    clamps_ = activation != Activation::None && isClamp(activation);
    clamp_ = clampOf(activation);
    post_.plan(context.graph, node.epilogue, context.kernels, channels_);
    report_.kernel = groups_.empty() ? "f32_lerp_gather" : "f32_lerp_groups";
  }

  size_t packedBytes() const override { return post_.packedBytes(); }
  Status pack(const Graph& graph, uint8_t* packed) override {
    post_.pack(graph, packed);
    return {};
  }

  size_t scratchBytesPerThread() const override { return inputWidth_ * sizeof(float); }

  void bind(const Addresses& addresses) override {
    inputData_ = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
    if (residual_ != kNone) residualData_ = addresses[static_cast<size_t>(residual_)];
  }

  void run(const RunContext& context) const override {
    parallelBands(context.team, planes_, outputHeight_, outputWidth_,
                  kPixelsPerRange / outputWidth_, [&](size_t thread, const PlaneRange& part) {
                    for (size_t plane = part.firstPlane; plane < part.lastPlane; ++plane) {
                      for (size_t row = part.firstRow; row < part.lastRow; ++row) {
                        runRow(context.kernels, plane, row, context.scratchOf(thread));
                      }
                    }
                  });
  }

 private:
  void runRow(const KernelTable& kernels, size_t plane, size_t row, float* scratch) const {
    const float* input = inputData_ + plane * inputPlane_;
    const size_t place = plane * outputPlane_ + row * outputWidth_;
    kernels.lerp(input + static_cast<size_t>(rows_.lower[row]) * inputWidth_,
                 input + static_cast<size_t>(rows_.upper[row]) * inputWidth_, rows_.fraction[row],
                 scratch, inputWidth_);
    if (groups_.empty()) {
      kernels.lerpGather(scratch, columns_.lower.data(), columns_.upper.data(),
                         columns_.fraction.data(), outputData_ + place, outputWidth_);
    } else {
      kernels.lerpGroups(scratch, groups_.data(), outputData_ + place, outputWidth_);
    }
    finishRow(plane % channels_, place);
  }

  /// The epilogue, in place, while the row is in the first cache.
  void finishRow(size_t channel, size_t place) const {
    float* row = outputData_ + place;
    if (residual_ != kNone) {
      add_.run({.count = outputWidth_,
                .a = row,
                .b = residualData_ + place,
                .bIsScalar = false,
                .output = row,
                .clamp = clamp_});
    } else if (clamps_) {
      clampKernel_.run(
          {.count = outputWidth_, .input = row, .output = row, .parameter = 0, .clamp = clamp_});
    }
    post_.apply(row, outputPlane_, channel, channel + 1, outputWidth_);
  }

  const BinaryKernel& add_;
  const UnaryKernel& clampKernel_;
  PostActivation post_;
  Clamp clamp_;
  bool clamps_ = false;
  ValueId input_, output_, residual_;
  Interpolation rows_;
  Interpolation columns_;
  std::vector<LerpGroup> groups_;  // of the columns; empty: each by itself
  size_t inputWidth_ = 0, inputPlane_ = 0;
  size_t outputWidth_ = 0, outputHeight_ = 0, outputPlane_ = 0;
  size_t channels_ = 0, planes_ = 0;
  const float* inputData_ = nullptr;
  const float* residualData_ = nullptr;
  float* outputData_ = nullptr;
};

}  // namespace

Status inferResize(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 0, 4));
  const Shape& input = graph.value(node.input(0)).shape;
  const auto& params = node.as<ResizeParams>();
  if (params.height < 1 || params.width < 1 || input.height() < 1 || input.width() < 1) {
    return invalidModel(nodeText(graph, node), ": cannot resize ", valueText(graph, node.input(0)),
                        " to ", params.height, "×", params.width);
  }
  if (params.alignCorners && params.halfPixelCenters) {
    return invalidModel(nodeText(graph, node),
                        ": align_corners and half_pixel_centers exclude "
                        "each other");
  }
  return setOutputShape(graph, node,
                        {input.batch(), params.height, params.width, input.channels()});
}

Status planResize(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  *step = std::make_unique<ResizeStep>(context, node);
  return {};
}

}  // namespace filigree
