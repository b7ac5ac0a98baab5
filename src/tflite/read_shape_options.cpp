// Parameters of the operators that move elements about or reduce axes: shapes, axes, positions.
#include <algorithm>

#include "graph/constant.h"
#include "tflite/read_options.h"

namespace filigree {

namespace {

constexpr size_t kMaxAxes = 64;  // an axis may be named more than once

/// Against the largest possible rank only: the shapes that a file states for computed tensors may
/// be stale, those that shape inference finds count.
Status checkAxis(const FileOperator& op, const Node& node, int32_t axis, int rank) {
  return checkRange(op, node, "axis", axis, -rank, rank - 1);
}

/// Entries are sizes; one of them may be −1.
Status checkNewShape(const FileOperator& op, const Node& node, const std::vector<int32_t>& shape) {
  int unknown = 0;
  for (const int32_t size : shape) {
    FILIGREE_CHECK_OK(
        checkRange(op, node, "new size", size, -1, static_cast<int64_t>(kMaxElements)));
    unknown += size == -1 ? 1 : 0;
  }
  return checkRange(op, node, "number of unknown sizes", unknown, 0, 1);
}

Status makeReshape(const FileOperator& op, std::vector<int32_t> shape, Node* node) {
  FILIGREE_CHECK_OK(checkNewShape(op, *node, shape));
  node->inputs.resize(1);
  node->type = OperatorType::Reshape;
  node->params = ReshapeParams{std::move(shape)};
  return {};
}

/// The input's shape as the file states it, for operators that only add or drop axes of size 1.
std::vector<int32_t> inputShape(const FileOperator& op, const Node& node) {
  const Shape& shape = op.graph.value(node.inputs[0]).shape;
  std::vector<int32_t> sizes(static_cast<size_t>(shape.rank()));
  for (int axis = 0; axis < shape.rank(); ++axis) sizes[static_cast<size_t>(axis)] = shape[axis];
  return sizes;
}

/// The constant that DEQUANTIZE turns into this value, in models whose floats are all float16; or
/// the value itself.
const Value& beforeDequantize(const FileOperator& op, ValueId id) {
  for (int32_t origin; (origin = op.origin[static_cast<size_t>(id)]) >= 0;) {
    const Node& node = op.graph.nodes[static_cast<size_t>(origin)];
    if (node.type != OperatorType::Dequantize) break;
    id = node.inputs[0];
  }
  return op.graph.value(id);
}

}  // namespace

Status readMean(const FileOperator& op, Node* node) {
  const tflite::ReducerOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, false, &options));
  ReduceParams params;
  params.keepDims = options != nullptr && options->keep_dims();
  FILIGREE_CHECK_OK(readParameter(op, *node, 1, "axes", kMaxAxes, &params.axes));
  for (const int32_t axis : params.axes) {
    FILIGREE_CHECK_OK(checkAxis(op, *node, axis, kMaxRank));
  }
  node->inputs.resize(1);
  node->type = OperatorType::Reduce;
  node->params = std::move(params);
  return {};
}

Status readPad(const FileOperator& op, Node* node) {
  std::vector<int32_t> paddings;
  FILIGREE_CHECK_OK(readParameter(op, *node, 1, "paddings", 2 * kMaxRank, &paddings));
  const Shape& shape = op.graph.value(node->inputs[1]).shape;
  if (shape.rank() != 2 || shape[1] != 2) {
    return invalidModel(nodeText(op.graph, *node), " has paddings of shape ", shapeText(shape),
                        ", expected one pair per axis");
  }
  PadParams params;
  for (size_t i = 0; i < paddings.size(); ++i) {
    FILIGREE_CHECK_OK(checkRange(op, *node, "padding", paddings[i], 0, kMaxStep));
    (i % 2 == 0 ? params.before : params.after).push_back(paddings[i]);
  }
  node->inputs.resize(1);
  node->type = OperatorType::Pad;
  node->params = std::move(params);
  return {};
}

Status readPadWithValue(const FileOperator& op, Node* node) {
  const Value& value = beforeDequantize(op, node->inputs[2]);
  if (value.constant == nullptr) {
    return unsupported(nodeText(op.graph, *node), " computes its padding value (tensor '",
                       value.name, "'), filigree needs a constant");
  }
  const bool isFloat = value.dtype == DType::Float32 || value.dtype == DType::Float16;
  if (!isFloat || value.shape.elements() != 1) {
    return invalidModel(nodeText(op.graph, *node), " takes its padding value from tensor '",
                        value.name, "', which is ", dtypeName(value.dtype), " of shape ",
                        shapeText(value.shape), ", expected one float32");
  }
  float number;
  readFloats(value, &number);
  FILIGREE_CHECK_OK(readPad(op, node));
  node->as<PadParams>().value = number;
  return {};
}

Status readResize(const FileOperator& op, Node* node) {
  const tflite::ResizeBilinearOptions* options;
  // Without a second input the size is in the options: the spelling of very old files.
  const bool sizeInOptions = node->inputs.size() < 2;
  FILIGREE_CHECK_OK(readTable(op, *node, sizeInOptions, &options));
  std::vector<int32_t> size;
  if (sizeInOptions) {
    size = {options->new_height(), options->new_width()};
  } else {
    FILIGREE_CHECK_OK(readParameter(op, *node, 1, "size", 2, &size));
  }
  if (size.size() != 2) {
    return invalidModel(nodeText(op.graph, *node), " has a size of ", size.size(),
                        " numbers, expected 2");
  }
  FILIGREE_CHECK_OK(checkRange(op, *node, "output height", size[0], 1, kMaxStep));
  FILIGREE_CHECK_OK(checkRange(op, *node, "output width", size[1], 1, kMaxStep));
  ResizeParams params;
  params.height = size[0];
  params.width = size[1];
  if (options != nullptr) {
    params.alignCorners = options->align_corners();
    params.halfPixelCenters = options->half_pixel_centers();
  }
  if (params.alignCorners && params.halfPixelCenters) {
    return invalidModel(nodeText(op.graph, *node),
                        " wants both aligned corners and half-pixel centers");
  }
  node->inputs.resize(1);
  node->type = OperatorType::Resize;
  node->params = params;
  return {};
}

Status readDepthToSpace(const FileOperator& op, Node* node) {
  const tflite::DepthToSpaceOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, true, &options));
  FILIGREE_CHECK_OK(checkRange(op, *node, "block size", options->block_size(), 1, kMaxStep));
  node->type = OperatorType::DepthToSpace;
  node->params = DepthToSpaceParams{options->block_size()};
  return {};
}

Status readReshape(const FileOperator& op, Node* node) {
  const tflite::ReshapeOptions* options;
  const bool hasShapeInput = node->inputs.size() == 2;
  FILIGREE_CHECK_OK(readTable(op, *node, !hasShapeInput, &options));
  const bool isConstant = hasShapeInput && op.graph.constant(node->inputs[1]) != nullptr;
  std::vector<int32_t> shape;
  if (isConstant ||
      (hasShapeInput && countOf(options == nullptr ? nullptr : options->new_shape()) == 0)) {
    FILIGREE_CHECK_OK(readParameter(op, *node, 1, "new shape", kMaxRank, &shape));
  } else if (const size_t count = countOf(options->new_shape()); count > 0) {
    FILIGREE_CHECK_OK(checkRange(op, *node, "new rank", static_cast<int64_t>(count), 0, kMaxRank));
    for (const int32_t size : *options->new_shape()) shape.push_back(size);
    // Old files spell a scalar so, since their buffers could not be empty.
    if (shape == std::vector<int32_t>{0}) shape.clear();
  }
  return makeReshape(op, std::move(shape), node);
}

Status readSqueeze(const FileOperator& op, Node* node) {
  const tflite::SqueezeOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, false, &options));
  const std::vector<int32_t> sizes = inputShape(op, *node);
  const int rank = static_cast<int>(sizes.size());
  const auto* dims = options == nullptr ? nullptr : options->squeeze_dims();
  FILIGREE_CHECK_OK(
      checkRange(op, *node, "number of axes", static_cast<int64_t>(countOf(dims)), 0, kMaxAxes));
  bool dropped[kMaxRank] = {};
  if (countOf(dims) == 0) {
    for (size_t axis = 0; axis < sizes.size(); ++axis) dropped[axis] = sizes[axis] == 1;
  } else {
    for (const int32_t axis : *dims) {
      FILIGREE_CHECK_OK(checkAxis(op, *node, axis, rank));
      const size_t index = static_cast<size_t>(axis < 0 ? axis + rank : axis);
      FILIGREE_CHECK_OK(checkRange(op, *node, "size of a squeezed axis", sizes[index], 1, 1));
      dropped[index] = true;
    }
  }
  std::vector<int32_t> shape;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    if (!dropped[axis]) shape.push_back(sizes[axis]);
  }
  return makeReshape(op, std::move(shape), node);
}

Status readExpandDims(const FileOperator& op, Node* node) {
  std::vector<int32_t> axes;
  FILIGREE_CHECK_OK(readParameter(op, *node, 1, "axis", 1, &axes));
  std::vector<int32_t> shape = inputShape(op, *node);
  const int newRank = static_cast<int>(shape.size()) + 1;
  FILIGREE_CHECK_OK(
      checkRange(op, *node, "number of axes", static_cast<int64_t>(axes.size()), 1, 1));
  FILIGREE_CHECK_OK(checkRange(op, *node, "new rank", newRank, 1, kMaxRank));
  FILIGREE_CHECK_OK(checkAxis(op, *node, axes[0], newRank));
  shape.insert(shape.begin() + (axes[0] < 0 ? axes[0] + newRank : axes[0]), 1);
  return makeReshape(op, std::move(shape), node);
}

Status readConcatenation(const FileOperator& op, Node* node) {
  const tflite::ConcatenationOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, true, &options));
  FILIGREE_CHECK_OK(checkAxis(op, *node, options->axis(), kMaxRank));
  node->type = OperatorType::Concatenation;
  node->params = ConcatenationParams{options->axis()};
  return readActivation(op, options->fused_activation_function(), node);
}

Status readStridedSlice(const FileOperator& op, Node* node) {
  const tflite::StridedSliceOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, false, &options));
  StridedSliceParams params;
  FILIGREE_CHECK_OK(readParameter(op, *node, 1, "begin", kMaxRank, &params.begin));
  FILIGREE_CHECK_OK(readParameter(op, *node, 2, "end", kMaxRank, &params.end));
  FILIGREE_CHECK_OK(readParameter(op, *node, 3, "strides", kMaxRank, &params.strides));
  if (params.end.size() != params.begin.size() || params.strides.size() != params.begin.size()) {
    return invalidModel(nodeText(op.graph, *node), " has ", params.begin.size(), " begins, ",
                        params.end.size(), " ends and ", params.strides.size(), " strides");
  }
  for (const int32_t stride : params.strides) {
    if (stride == 0) {
      return invalidModel(nodeText(op.graph, *node), " has a stride of 0");
    }
  }
  if (options != nullptr) {
    if (options->offset()) {
      return unsupported(nodeText(op.graph, *node),
                         " counts its ends from its begins, which filigree does not do");
    }
    params.beginMask = options->begin_mask();
    params.endMask = options->end_mask();
    params.ellipsisMask = options->ellipsis_mask();
    params.newAxisMask = options->new_axis_mask();
    params.shrinkAxisMask = options->shrink_axis_mask();
  }
  node->inputs.resize(1);
  node->type = OperatorType::StridedSlice;
  node->params = std::move(params);
  return {};
}

}  // namespace filigree
