#include "tflite/read_options.h"

#include "graph/constant.h"

namespace filigree {

namespace {

constexpr uint8_t kAnyNumber = 255;

Status readBinary(const FileOperator& op, BinaryOperator kind,
                  tflite::ActivationFunctionType activation, Node* node) {
  node->type = OperatorType::Binary;
  node->params = BinaryParams{kind};
  return readActivation(op, activation, node);
}

Status readAdd(const FileOperator& op, Node* node) {
  const tflite::AddOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, false, &options));
  return readBinary(op, BinaryOperator::Add,
                    options == nullptr ? tflite::ActivationFunctionType_NONE
                                       : options->fused_activation_function(),
                    node);
}

Status readMultiply(const FileOperator& op, Node* node) {
  const tflite::MulOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, false, &options));
  return readBinary(op, BinaryOperator::Multiply,
                    options == nullptr ? tflite::ActivationFunctionType_NONE
                                       : options->fused_activation_function(),
                    node);
}

template <Activation kind>
Status readUnary(const FileOperator&, Node* node) {
  node->type = OperatorType::Unary;
  node->params = UnaryParams{kind};
  return {};
}

Status readFullyConnected(const FileOperator& op, Node* node) {
  const tflite::FullyConnectedOptions* options;
  FILIGREE_CHECK_OK(readTable(op, *node, false, &options));
  node->type = OperatorType::FullyConnected;
  FullyConnectedParams params;
  auto activation = tflite::ActivationFunctionType_NONE;
  if (options != nullptr) {
    if (options->weights_format() != tflite::FullyConnectedOptionsWeightsFormat_DEFAULT) {
      return unsupported(nodeText(op.graph, *node), " has weights of format ",
                         static_cast<int>(options->weights_format()),
                         ", filigree reads only the plain one");
    }
    params.keepDims = options->keep_num_dims();
    activation = options->fused_activation_function();
  }
  node->params = params;
  return readActivation(op, activation, node);
}

template <OperatorType type>
Status readPlain(const FileOperator&, Node* node) {
  node->type = type;
  return {};
}

struct Row {
  int16_t builtin;
  uint8_t minInputs;
  uint8_t maxInputs;
  Status (*read)(const FileOperator& op, Node* node);
};

constexpr Row kRows[] = {
    {tflite::BuiltinOperator_CONV_2D, 2, 3, readConvolution},
    {tflite::BuiltinOperator_DEPTHWISE_CONV_2D, 2, 3, readDepthwiseConvolution},
    {tflite::BuiltinOperator_TRANSPOSE_CONV, 3, 4, readTransposeConvolution},
    {tflite::BuiltinOperator_FULLY_CONNECTED, 2, 3, readFullyConnected},
    {tflite::BuiltinOperator_ADD, 2, 2, readAdd},
    {tflite::BuiltinOperator_MUL, 2, 2, readMultiply},
    {tflite::BuiltinOperator_RELU, 1, 1, readUnary<Activation::Relu>},
    {tflite::BuiltinOperator_RELU6, 1, 1, readUnary<Activation::Relu6>},
    {tflite::BuiltinOperator_RELU_N1_TO_1, 1, 1, readUnary<Activation::ReluN1To1>},
    {tflite::BuiltinOperator_TANH, 1, 1, readUnary<Activation::Tanh>},
    {tflite::BuiltinOperator_HARD_SWISH, 1, 1, readUnary<Activation::HardSwish>},
    {tflite::BuiltinOperator_LOGISTIC, 1, 1, readUnary<Activation::Logistic>},
    {tflite::BuiltinOperator_PRELU, 2, 2, readUnary<Activation::Prelu>},
    {tflite::BuiltinOperator_MAX_POOL_2D, 1, 1, readMaximumPool},
    {tflite::BuiltinOperator_AVERAGE_POOL_2D, 1, 1, readAveragePool},
    {tflite::BuiltinOperator_MEAN, 2, 2, readMean},
    {tflite::BuiltinOperator_PAD, 2, 2, readPad},
    {tflite::BuiltinOperator_PADV2, 3, 3, readPadWithValue},
    {tflite::BuiltinOperator_RESIZE_BILINEAR, 1, 2, readResize},
    {tflite::BuiltinOperator_DEPTH_TO_SPACE, 1, 1, readDepthToSpace},
    {tflite::BuiltinOperator_RESHAPE, 1, 2, readReshape},
    {tflite::BuiltinOperator_SQUEEZE, 1, 1, readSqueeze},
    {tflite::BuiltinOperator_EXPAND_DIMS, 2, 2, readExpandDims},
    {tflite::BuiltinOperator_CONCATENATION, 1, kAnyNumber, readConcatenation},
    {tflite::BuiltinOperator_STRIDED_SLICE, 4, 4, readStridedSlice},
    {tflite::BuiltinOperator_DEQUANTIZE, 1, 1, readPlain<OperatorType::Dequantize>},
    {tflite::BuiltinOperator_DENSIFY, 1, 1, readPlain<OperatorType::Densify>},
};

constexpr Row kTransposeConvolutionBias = {tflite::BuiltinOperator_CUSTOM, 3, 3,
                                           readTransposeConvolutionBias};

const Row* findRow(const OperatorCode& code) {
  if (code.builtin == tflite::BuiltinOperator_CUSTOM) {
    return code.customName == "Convolution2DTransposeBias" ? &kTransposeConvolutionBias : nullptr;
  }
  for (const Row& row : kRows) {
    if (row.builtin == code.builtin) return &row;
  }
  return nullptr;
}

}  // namespace

bool isSupported(const OperatorCode& code) {
  return findRow(code) != nullptr;
}

Status readOptions(const FileOperator& op, const OperatorCode& code, Node* node) {
  const Row& row = *findRow(code);
  std::vector<ValueId>& inputs = node->inputs;
  const size_t stated = inputs.size();
  while (inputs.size() > row.minInputs && inputs.back() == kNone) inputs.pop_back();
  const bool tooMany = row.maxInputs != kAnyNumber && inputs.size() > row.maxInputs;
  if (inputs.size() < row.minInputs || tooMany) {
    std::string expected = text(row.minInputs);
    if (row.maxInputs == kAnyNumber) {
      expected += " or more";
    } else if (row.maxInputs > row.minInputs) {
      appendText(expected, text(" to ", row.maxInputs));
    }
    return invalidModel(nodeText(op.graph, *node), " has ", stated, " inputs, expected ", expected);
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == kNone) {
      return invalidModel(nodeText(op.graph, *node), " lacks its input ", i);
    }
  }
  if (node->outputs.size() != 1) {
    return invalidModel(nodeText(op.graph, *node), " has ", node->outputs.size(),
                        " outputs, expected 1");
  }
  return row.read(op, node);
}

Status readActivation(const FileOperator& op, tflite::ActivationFunctionType activation,
                      Node* node) {
  static constexpr Activation kActivations[] = {Activation::None,      Activation::Relu,
                                                Activation::ReluN1To1, Activation::Relu6,
                                                Activation::Tanh,      Activation::SignBit};
  static_assert(std::size(kActivations) == tflite::ActivationFunctionType_MAX + 1);
  FILIGREE_CHECK_OK(
      checkRange(op, *node, "fused activation", activation, 0, tflite::ActivationFunctionType_MAX));
  node->epilogue.activation = kActivations[activation];
  return {};
}

Status checkRange(const FileOperator& op, const Node& node, const char* what, int64_t number,
                  int64_t low, int64_t high) {
  if (number >= low && number <= high) return {};
  return invalidModel(nodeText(op.graph, node), " has ", what, " ", number, ", expected ", low,
                      " to ", high);
}

Status readParameter(const FileOperator& op, const Node& node, size_t position, const char* what,
                     size_t maxCount, std::vector<int32_t>* out) {
  const Value& value = op.graph.value(node.inputs[position]);
  if (value.constant == nullptr) {
    return unsupported(nodeText(op.graph, node), " computes its ", what, " (tensor '", value.name,
                       "'), filigree needs a constant");
  }
  if (value.dtype != DType::Int32 && value.dtype != DType::Int64) {
    return invalidModel(nodeText(op.graph, node), " takes its ", what, " from tensor '", value.name,
                        "', which is ", dtypeName(value.dtype), ", expected int32 or int64");
  }
  if (value.shape.elements() > maxCount) {
    return invalidModel(nodeText(op.graph, node), " takes its ", what, " from tensor '", value.name,
                        "', which has ", value.shape.elements(), " elements, expected at most ",
                        maxCount);
  }
  return readIntegers(value, out);
}

}  // namespace filigree
