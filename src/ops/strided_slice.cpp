// STRIDED_SLICE with all its masks and negative strides. Source: the TFLite operator specification,
// which is NumPy's slicing.
#include <algorithm>

#include "ops/check.h"
#include "ops/copy_step.h"
#include "ops/operator.h"

namespace filigree {

namespace {

/// What the slice does along one axis of the input, and which axis of the output it makes.
struct SlicedAxis {
  int32_t begin = 0;
  int32_t stride = 1;
  int32_t count = 0;
  bool shrinks = false;
};

struct ResolvedSlice {
  std::vector<SlicedAxis> inputAxes;
  /// Per axis of the output the input axis it comes from, kNone for a new axis.
  std::vector<int> outputAxes;
};

bool hasBit(int32_t mask, size_t bit) {
  return bit < 31 && ((mask >> bit) & 1) != 0;
}

Status sliceAxis(const Graph& graph, const Node& node, size_t entry, int32_t dim, SlicedAxis* out) {
  const auto& params = node.as<StridedSliceParams>();
  const int64_t stride = params.strides[entry];
  if (stride == 0) {
    return invalidModel(nodeText(graph, node), ": stride 0 at position ", entry);
  }
  const auto fromEnd = [dim](int64_t index) { return index < 0 ? index + dim : index; };
  if (hasBit(params.shrinkAxisMask, entry)) {
    // One element; a begin mask reads as 0, the stride has no meaning.
    const int64_t index = hasBit(params.beginMask, entry) ? 0 : fromEnd(params.begin[entry]);
    if (index < 0 || index >= dim) {
      return invalidModel(nodeText(graph, node), ": index ", params.begin[entry], " at position ",
                          entry, " lies outside of ", dim);
    }
    *out = {.begin = static_cast<int32_t>(index), .stride = 1, .count = 1, .shrinks = true};
    return {};
  }
  // A positive stride walks within 0 … dim, a negative one within −1 … dim − 1.
  const int64_t low = stride > 0 ? 0 : -1;
  const int64_t high = stride > 0 ? dim : dim - 1;
  const int64_t begin = hasBit(params.beginMask, entry)
                            ? (stride > 0 ? low : high)
                            : std::clamp<int64_t>(fromEnd(params.begin[entry]), low, high);
  const int64_t end = hasBit(params.endMask, entry)
                          ? (stride > 0 ? high : low)
                          : std::clamp<int64_t>(fromEnd(params.end[entry]), low, high);
  const int64_t span = stride > 0 ? end - begin : begin - end;
  const int64_t step = stride > 0 ? stride : -stride;
  out->begin = static_cast<int32_t>(begin);
  out->stride = static_cast<int32_t>(stride);
  out->count = span <= 0 ? 0 : static_cast<int32_t>((span + step - 1) / step);
  return {};
}

Status resolveSlice(const Graph& graph, const Node& node, ResolvedSlice* out) {
  const auto& params = node.as<StridedSliceParams>();
  const Shape& input = graph.value(node.input(0)).shape;
  const size_t entries = params.begin.size();
  if (params.end.size() != entries || params.strides.size() != entries) {
    return invalidModel(nodeText(graph, node), ": ", entries, " begins, ", params.end.size(),
                        " ends and ", params.strides.size(), " strides");
  }
  size_t consumed = 0;  // input axes that entries name one by one
  for (size_t entry = 0; entry < entries; ++entry) {
    if (!hasBit(params.newAxisMask, entry) && !hasBit(params.ellipsisMask, entry)) ++consumed;
  }
  const auto rank = static_cast<size_t>(input.rank());
  if (consumed > rank) {
    return invalidModel(nodeText(graph, node), ": ", consumed, " slices of ",
                        valueText(graph, node.input(0)));
  }
  const auto takeWhole = [&](size_t count) {
    for (; count > 0; --count) {
      const auto axis = static_cast<int>(out->inputAxes.size());
      out->inputAxes.push_back({.begin = 0, .stride = 1, .count = input[axis]});
      out->outputAxes.push_back(axis);
    }
  };
  bool ellipsisSeen = false;
  for (size_t entry = 0; entry < entries; ++entry) {
    if (hasBit(params.ellipsisMask, entry)) {
      if (ellipsisSeen) return invalidModel(nodeText(graph, node), ": more than one ellipsis");
      ellipsisSeen = true;
      takeWhole(rank - consumed);
    } else if (hasBit(params.newAxisMask, entry)) {
      out->outputAxes.push_back(kNone);
    } else {
      const auto axis = static_cast<int>(out->inputAxes.size());
      SlicedAxis sliced;
      FILIGREE_CHECK_OK(sliceAxis(graph, node, entry, input[axis], &sliced));
      out->inputAxes.push_back(sliced);
      if (!sliced.shrinks) out->outputAxes.push_back(axis);
    }
  }
  takeWhole(rank - out->inputAxes.size());
  if (out->outputAxes.size() > static_cast<size_t>(kMaxRank)) {
    return unsupported(nodeText(graph, node), ": rank ", out->outputAxes.size(), ", at most ",
                       kMaxRank);
  }
  return {};
}

}  // namespace

Status inferStridedSlice(Graph& graph, const Node& node) {
  ResolvedSlice slice;
  FILIGREE_CHECK_OK(resolveSlice(graph, node, &slice));
  Shape output;
  for (const int axis : slice.outputAxes) {
    output.append(axis == kNone ? 1 : slice.inputAxes[static_cast<size_t>(axis)].count);
  }
  return setOutputShape(graph, node, output);
}

Status planStridedSlice(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  const Graph& graph = context.graph;
  ResolvedSlice slice;
  FILIGREE_CHECK_OK(resolveSlice(graph, node, &slice));
  const Value& input = graph.value(node.input(0));
  const Value& output = graph.value(node.output());
  const StridedView from = stridedView(input.shape, input.layout);
  const StridedView to = stridedView(output.shape, output.layout);
  ptrdiff_t offset = 0;
  for (size_t axis = 0; axis < slice.inputAxes.size(); ++axis) {
    offset += slice.inputAxes[axis].begin * from.stride[axis];
  }
  CopyAxis axes[kMaxRank];
  for (size_t i = 0; i < slice.outputAxes.size(); ++i) {
    const int axis = slice.outputAxes[i];
    if (axis == kNone) {
      axes[i] = {1, 0, to.stride[i]};
      continue;
    }
    const SlicedAxis& sliced = slice.inputAxes[static_cast<size_t>(axis)];
    axes[i] = {static_cast<size_t>(sliced.count),
               from.stride[static_cast<size_t>(axis)] * sliced.stride, to.stride[i]};
  }
  std::vector<CopyPart> parts{
      {node.input(0), offset, 0, StridedCopy(axes, static_cast<int>(slice.outputAxes.size()))}};
  *step = std::make_unique<CopyStep>(context, node, std::move(parts), "slice");
  return {};
}

}  // namespace filigree
