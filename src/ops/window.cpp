#include "ops/window.h"

#include <algorithm>

namespace filigree {

namespace {

/// Sizes stay below this, so that position · stride + tap · dilation cannot overflow 32 bits.
constexpr int64_t kLargestPaddedSize = int64_t{1} << 28;

Status solveAxis(const Graph& graph, const Node& node, const char* axisName, Padding padding,
                 int32_t foldedBefore, int32_t foldedAfter, WindowAxis* axis) {
  if (axis->kernel < 1) {
    return invalidModel(nodeText(graph, node), ": a window of ", axis->kernel, " along the ",
                        axisName);
  }
  const int64_t input = int64_t{axis->input} + foldedBefore + foldedAfter;
  const int64_t reach = int64_t{axis->kernel - 1} * axis->dilation + 1;
  if (input > kLargestPaddedSize || reach > kLargestPaddedSize ||
      axis->stride > kLargestPaddedSize) {
    return invalidModel(nodeText(graph, node), ": ", axisName, " of ", input, " with a window of ",
                        reach, " is too large");
  }
  int64_t output = 0;
  int64_t same = 0;
  if (padding == Padding::Same) {
    output = (input + axis->stride - 1) / axis->stride;
    same = std::max<int64_t>((output - 1) * axis->stride + reach - input, 0);
  } else {
    output = input < reach ? 0 : (input - reach) / axis->stride + 1;
  }
  if (output <= 0) {
    return invalidModel(nodeText(graph, node), ": a window of ", reach, " does not fit into the ",
                        axisName, " of ", input);
  }
  axis->output = static_cast<int32_t>(output);
  axis->before = static_cast<int32_t>(foldedBefore + same / 2);
  const int64_t end = (output - 1) * axis->stride + reach - axis->before;
  axis->after = static_cast<int32_t>(std::max<int64_t>(end - axis->input, 0));
  return {};
}

/// Pixels of the axis that lie in the map or under a window.
int64_t paddedSize(const WindowAxis& axis) {
  const int64_t covered =
      int64_t{axis.output - 1} * axis.stride + int64_t{axis.kernel - 1} * axis.dilation + 1;
  return std::max<int64_t>(covered, int64_t{axis.before} + axis.input);
}

/// Steps copy parts of the padded map into scratch, whose size must be countable.
Status checkPaddedSize(const Graph& graph, const Node& node, const WindowGeometry& geometry,
                       int32_t channels) {
  const int64_t height = paddedSize(geometry.y);
  const int64_t width = paddedSize(geometry.x);
  constexpr auto kMost = static_cast<int64_t>(kMaxElements);
  // Divided rather than multiplied: the product of all three could overflow.
  if (height <= kMost / width && channels <= kMost / (height * width)) return {};
  return invalidModel(nodeText(graph, node), ": with its padding the map is ", height, "×", width,
                      "×", channels, ", more than ", kMost, " elements");
}

/// Outputs along one axis whose tap `tap` lies inside the map.
uint64_t validPositions(const WindowAxis& axis, int32_t tap) {
  // 0 ≤ position · stride + offset < input
  const int64_t offset = int64_t{tap} * axis.dilation - axis.before;
  const int64_t first = offset >= 0 ? 0 : (-offset + axis.stride - 1) / axis.stride;
  const int64_t limit = axis.input - offset;  // position · stride < limit
  const int64_t last = limit <= 0 ? 0 : (limit + axis.stride - 1) / axis.stride;
  return static_cast<uint64_t>(std::max<int64_t>(std::min<int64_t>(last, axis.output) - first, 0));
}

}  // namespace

uint64_t WindowGeometry::validOutputs(int32_t ky, int32_t kx) const {
  return validPositions(y, ky) * validPositions(x, kx);
}

RowRange WindowAxis::inputsUnder(RowRange outputs) const {
  const auto inMap = [this](int32_t position) {
    return static_cast<size_t>(std::clamp(position, 0, input));
  };
  return {inMap(source(static_cast<int32_t>(outputs.first), 0)),
          inMap(source(static_cast<int32_t>(outputs.last) - 1, kernel - 1) + 1)};
}

size_t WindowAxis::mostInputsUnder(size_t outputs) const {
  return std::min(span(outputs), static_cast<size_t>(input));
}

uint64_t WindowGeometry::validTaps() const {
  uint64_t rows = 0;
  uint64_t columns = 0;
  for (int32_t tap = 0; tap < y.kernel; ++tap) rows += validPositions(y, tap);
  for (int32_t tap = 0; tap < x.kernel; ++tap) columns += validPositions(x, tap);
  return rows * columns;
}

bool WindowGeometry::isPointwise() const {
  return y.kernel == 1 && x.kernel == 1 && y.stride == 1 && x.stride == 1 && !y.padded() &&
         !x.padded();
}

Status windowGeometry(const Graph& graph, const Node& node, const WindowParams& params,
                      int32_t kernelHeight, int32_t kernelWidth, const Shape& input,
                      WindowGeometry* geometry) {
  geometry->y = {.input = input.height(),
                 .kernel = kernelHeight,
                 .stride = params.strideY,
                 .dilation = params.dilationY};
  geometry->x = {.input = input.width(),
                 .kernel = kernelWidth,
                 .stride = params.strideX,
                 .dilation = params.dilationX};
  FILIGREE_CHECK_OK(solveAxis(graph, node, "height", params.padding, params.folded.top,
                              params.folded.bottom, &geometry->y));
  FILIGREE_CHECK_OK(solveAxis(graph, node, "width", params.padding, params.folded.left,
                              params.folded.right, &geometry->x));
  return checkPaddedSize(graph, node, *geometry, input.channels());
}

}  // namespace filigree
