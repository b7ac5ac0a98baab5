// Parameters of the operators that slide a window over a map: convolutions and pools.
#include <cstring>

#include "tflite/read_options.h"

namespace filigree {

namespace {

/// The fields that the options of all builtin window operators share.
template <typename Options>
Status readWindow(const FileOperator& op, const Node& node, const Options& options,
                  WindowParams* window) {
  FILIGREE_CHECK_OK(
      checkRange(op, node, "padding scheme", options.padding(), 0, tflite::Padding_MAX));
  FILIGREE_CHECK_OK(checkRange(op, node, "stride height", options.stride_h(), 1, kMaxStep));
  FILIGREE_CHECK_OK(checkRange(op, node, "stride width", options.stride_w(), 1, kMaxStep));
  window->padding = options.padding() == tflite::Padding_SAME ? Padding::Same : Padding::Valid;
  window->strideY = options.stride_h();
  window->strideX = options.stride_w();
  return {};
}

template <typename Options>
Status readDilation(const FileOperator& op, const Node& node, const Options& options,
                    WindowParams* window) {
  FILIGREE_CHECK_OK(
      checkRange(op, node, "dilation height", options.dilation_h_factor(), 1, kMaxStep));
  FILIGREE_CHECK_OK(
      checkRange(op, node, "dilation width", options.dilation_w_factor(), 1, kMaxStep));
  window->dilationY = options.dilation_h_factor();
  window->dilationX = options.dilation_w_factor();
  return {};
}

Status readPool(const FileOperator& op, PoolKind kind, Node* node) {
  const tflite::Pool2DOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, true, &options));
  PoolParams params;
  params.kind = kind;
  FILIGREE_CHECK_OK(readWindow(op, *node, *options, &params.window));
  FILIGREE_CHECK_OK(checkRange(op, *node, "filter height", options->filter_height(), 1, kMaxStep));
  FILIGREE_CHECK_OK(checkRange(op, *node, "filter width", options->filter_width(), 1, kMaxStep));
  params.kernelHeight = options->filter_height();
  params.kernelWidth = options->filter_width();
  node->type = OperatorType::Pool;
  node->params = params;
  return readActivation(op, options->fused_activation_function(), node);
}

}  // namespace

Status readConvolution(const FileOperator& op, Node* node) {
  const tflite::Conv2DOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, true, &options));
  ConvolutionParams params;
  FILIGREE_CHECK_OK(readWindow(op, *node, *options, &params.window));
  FILIGREE_CHECK_OK(readDilation(op, *node, *options, &params.window));
  node->type = OperatorType::Convolution;
  node->params = params;
  return readActivation(op, options->fused_activation_function(), node);
}

Status readDepthwiseConvolution(const FileOperator& op, Node* node) {
  const tflite::DepthwiseConv2DOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, true, &options));
  // The multiplier is not read: files lie about it, the weights' shape says it.
  DepthwiseParams params;
  FILIGREE_CHECK_OK(readWindow(op, *node, *options, &params.window));
  FILIGREE_CHECK_OK(readDilation(op, *node, *options, &params.window));
  node->type = OperatorType::DepthwiseConvolution;
  node->params = params;
  return readActivation(op, options->fused_activation_function(), node);
}

Status readTransposeConvolution(const FileOperator& op, Node* node) {
  const tflite::TransposeConvOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, true, &options));
  TransposeConvolutionParams params;
  FILIGREE_CHECK_OK(readWindow(op, *node, *options, &params.window));

  std::vector<int32_t> shape;
  FILIGREE_CHECK_OK(readParameter(op, *node, 0, "output shape", 4, &shape));
  if (shape.size() != 4) {
    return invalidModel(nodeText(op.graph, *node), " has an output shape of ", shape.size(),
                        " numbers, expected 4");
  }
  for (const int32_t size : shape) {
    FILIGREE_CHECK_OK(checkRange(op, *node, "output size", size, 1, kMaxStep));
  }
  params.outputHeight = shape[1];
  params.outputWidth = shape[2];
  const Shape& weights = op.graph.value(node->inputs[1]).shape;
  if (weights.rank() == 4 && weights.batch() != shape[3]) {
    return invalidModel(nodeText(op.graph, *node), " has ", shape[3],
                        " channels in its output shape, ", weights.batch(), " in its weights");
  }

  // The file's order is: output shape, weights, map, bias.
  node->inputs.erase(node->inputs.begin());
  std::swap(node->inputs[0], node->inputs[1]);
  node->type = OperatorType::TransposeConvolution;
  node->params = params;
  return readActivation(op, options->fused_activation_function(), node);
}

Status readTransposeConvolutionBias(const FileOperator& op, Node* node) {
  // Three little-endian int32: padding, stride width, stride height.
  constexpr size_t kFields = 3;
  std::span<const uint8_t> bytes = spanOf(op.table.custom_options());
  if (op.table.large_custom_options_offset() > 1 &&
      !rangeInFile(op.file, op.table.large_custom_options_offset(),
                   op.table.large_custom_options_size(), &bytes)) {
    return invalidModel(nodeText(op.graph, *node), " has its options outside the file, at byte ",
                        op.table.large_custom_options_offset());
  }
  int32_t fields[kFields];
  if (bytes.size() != sizeof fields) {
    return invalidModel(nodeText(op.graph, *node), " has ", bytes.size(),
                        " bytes of options, expected ", sizeof fields);
  }
  std::memcpy(fields, bytes.data(), sizeof fields);
  FILIGREE_CHECK_OK(checkRange(op, *node, "padding scheme", fields[0], 1, 2));
  FILIGREE_CHECK_OK(checkRange(op, *node, "stride width", fields[1], 1, kMaxStep));
  FILIGREE_CHECK_OK(checkRange(op, *node, "stride height", fields[2], 1, kMaxStep));
  TransposeConvolutionParams params;
  params.window.padding = fields[0] == 1 ? Padding::Same : Padding::Valid;
  params.window.strideX = fields[1];
  params.window.strideY = fields[2];
  node->type = OperatorType::TransposeConvolution;
  node->params = params;
  return {};
}

Status readMaximumPool(const FileOperator& op, Node* node) {
  return readPool(op, PoolKind::Maximum, node);
}

Status readAveragePool(const FileOperator& op, Node* node) {
  return readPool(op, PoolKind::Average, node);
}

}  // namespace filigree
