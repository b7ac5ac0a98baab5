// The reader: parameters of each operator, well-formed and malformed.
#include <functional>

#include "unit/model_support.h"

namespace filigree::test {
namespace {

constexpr tflite::ActivationFunctionType kBadActivation =
    static_cast<tflite::ActivationFunctionType>(6);
constexpr int32_t kTooLarge = (1 << 20) + 1;

/// A model of one operator: input "x" is tensor 0, output "y" tensor 1, the rest follow.
struct OneOperator {
  explicit OneOperator(const std::vector<int32_t>& inputShape = {1, 8, 8, 4}) {
    x = builder.tensor("x", inputShape);
    y = builder.tensor("y", {1});
    builder.inputs({x});
    builder.outputs({y});
  }

  ReadResult readIt() const { return read(builder.pack()); }

  ModelBuilder builder;
  int32_t x;
  int32_t y;
};

/// Reads a model that has to be fine, and hands out its only node.
Node nodeOf(const OneOperator& model) {
  const ReadResult result = model.readIt();
  EXPECT_TRUE(result.status.ok()) << result.status.message();
  if (!result.status.ok()) return {};
  return result.graph.nodes.back();
}

void expectInvalid(const OneOperator& model, const std::string& part) {
  expectFailure(model.readIt(), StatusCode::InvalidModel, part);
}

void expectUnsupported(const OneOperator& model, const std::string& part) {
  expectFailure(model.readIt(), StatusCode::UnsupportedOp, part);
}

/// The same options with one field changed.
template <typename Options>
Options with(Options options, const std::function<void(Options&)>& edit) {
  edit(options);
  return options;
}

// ---- Convolutions

tflite::Conv2DOptionsT convolutionOptions() {
  tflite::Conv2DOptionsT options;
  options.padding = tflite::Padding_VALID;
  options.stride_w = 2;
  options.stride_h = 3;
  options.dilation_w_factor = 4;
  options.dilation_h_factor = 5;
  options.fused_activation_function = tflite::ActivationFunctionType_RELU6;
  return options;
}

OneOperator convolution(const tflite::Conv2DOptionsT& options, bool bias = true) {
  OneOperator model;
  std::vector<int32_t> inputs = {model.x, model.builder.floats("weights", {2, 1, 1, 4})};
  if (bias) inputs.push_back(model.builder.floats("bias", {2}));
  model.builder.add(tflite::BuiltinOperator_CONV_2D, inputs, {model.y}, options);
  return model;
}

TEST(ReaderConvolution, parametersArriveInTheirPlaces) {
  const Node node = nodeOf(convolution(convolutionOptions()));
  ASSERT_EQ(node.type, OperatorType::Convolution);
  const WindowParams& window = node.as<ConvolutionParams>().window;
  EXPECT_EQ(window.padding, Padding::Valid);
  EXPECT_EQ(window.strideX, 2);
  EXPECT_EQ(window.strideY, 3);
  EXPECT_EQ(window.dilationX, 4);
  EXPECT_EQ(window.dilationY, 5);
  EXPECT_EQ(window.folded, Border{});
  EXPECT_EQ(node.epilogue.activation, Activation::Relu6);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0, 2, 3}));
}

TEST(ReaderConvolution, theBiasMayBeAbsentOrMinusOne) {
  EXPECT_EQ(nodeOf(convolution(convolutionOptions(), false)).inputs, (std::vector<ValueId>{0, 2}));
  OneOperator model = convolution(convolutionOptions());
  model.builder.op(0).inputs[2] = -1;
  const Node node = nodeOf(model);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0, 2}));
  EXPECT_EQ(node.input(2), kNone);
}

TEST(ReaderConvolution, allFusedActivationsAreKnown) {
  const Activation expected[] = {Activation::None,  Activation::Relu, Activation::ReluN1To1,
                                 Activation::Relu6, Activation::Tanh, Activation::SignBit};
  for (int kind = 0; kind < 6; ++kind) {
    tflite::Conv2DOptionsT options = convolutionOptions();
    options.fused_activation_function = static_cast<tflite::ActivationFunctionType>(kind);
    EXPECT_EQ(nodeOf(convolution(options)).epilogue.activation, expected[kind]);
  }
}

using ConvolutionEdit = std::function<void(tflite::Conv2DOptionsT&)>;

TEST(ReaderConvolution, parametersOutOfRangeAreInvalid) {
  const std::pair<ConvolutionEdit, const char*> cases[] = {
      {[](auto& o) { o.padding = static_cast<tflite::Padding>(2); },
       "CONV_2D (operator 0, output 'y') has padding scheme 2, expected 0 to 1"},
      {[](auto& o) { o.padding = static_cast<tflite::Padding>(-1); }, "padding scheme -1"},
      {[](auto& o) { o.stride_w = 0; }, "stride width 0, expected 1 to 1048576"},
      {[](auto& o) { o.stride_h = -1; }, "stride height -1"},
      {[](auto& o) { o.stride_h = kTooLarge; }, "stride height 1048577"},
      {[](auto& o) { o.dilation_w_factor = 0; }, "dilation width 0"},
      {[](auto& o) { o.dilation_h_factor = INT32_MIN; }, "dilation height -2147483648"},
      {[](auto& o) { o.fused_activation_function = kBadActivation; }, "fused activation 6"},
  };
  for (const auto& [edit, message] : cases) {
    expectInvalid(convolution(with(convolutionOptions(), edit)), message);
  }
}

TEST(ReaderConvolution, needsItsOptions) {
  OneOperator model = convolution(convolutionOptions());
  model.builder.op(0).builtin_options.Reset();
  expectInvalid(model, "CONV_2D (operator 0, output 'y') has no options");
  model.builder.op(0).builtin_options.Set(tflite::Pool2DOptionsT());
  expectInvalid(model, "has the options of another operator (kind 5)");
}

TEST(ReaderConvolution, weightsMayBeComputed) {
  OneOperator model = convolution(convolutionOptions());
  model.builder.op(0).inputs[1] = model.x;
  EXPECT_TRUE(model.readIt().status.ok());
}

TEST(ReaderDepthwiseConvolution, ignoresTheMultiplierWhichMayLie) {
  OneOperator model;
  tflite::DepthwiseConv2DOptionsT options;
  options.padding = tflite::Padding_SAME;
  options.stride_w = 1;
  options.stride_h = 2;
  options.dilation_w_factor = 3;
  options.depth_multiplier = -17;
  options.fused_activation_function = tflite::ActivationFunctionType_TANH;
  const int32_t weights = model.builder.floats("weights", {1, 3, 3, 4});
  auto& added = model.builder.add(tflite::BuiltinOperator_DEPTHWISE_CONV_2D, {model.x, weights},
                                  {model.y}, options);
  const Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::DepthwiseConvolution);
  const WindowParams& window = node.as<DepthwiseParams>().window;
  EXPECT_EQ(window.padding, Padding::Same);
  EXPECT_EQ(window.strideX, 1);
  EXPECT_EQ(window.strideY, 2);
  EXPECT_EQ(window.dilationX, 3);
  EXPECT_EQ(window.dilationY, 1);
  EXPECT_EQ(node.epilogue.activation, Activation::Tanh);
  added.stride_w = 0;
  expectInvalid(model, "DEPTHWISE_CONV_2D (operator 0, output 'y') has stride width 0");
  added.stride_w = 1;
  added.dilation_w_factor = kTooLarge;
  expectInvalid(model, "dilation width 1048577");
  model.builder.op(0).builtin_options.Reset();
  expectInvalid(model, "has no options");
}

OneOperator transposeConvolution(const std::vector<int32_t>& outputShape) {
  OneOperator model;
  tflite::TransposeConvOptionsT options;
  options.padding = tflite::Padding_VALID;
  options.stride_w = 2;
  options.stride_h = 3;
  options.fused_activation_function = tflite::ActivationFunctionType_RELU;
  const int32_t shape = model.builder.integers("shape", outputShape);
  const int32_t weights = model.builder.floats("weights", {2, 3, 3, 4});
  const int32_t bias = model.builder.floats("bias", {2});
  model.builder.add(tflite::BuiltinOperator_TRANSPOSE_CONV, {shape, weights, model.x, bias},
                    {model.y}, options);
  return model;
}

TEST(ReaderTransposeConvolution, inputsComeInTheGraphsOrder) {
  OneOperator model = transposeConvolution({1, 20, 30, 2});
  Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::TransposeConvolution);
  const auto& params = node.as<TransposeConvolutionParams>();
  EXPECT_EQ(params.outputHeight, 20);
  EXPECT_EQ(params.outputWidth, 30);
  EXPECT_EQ(params.window.padding, Padding::Valid);
  EXPECT_EQ(params.window.strideX, 2);
  EXPECT_EQ(params.window.strideY, 3);
  EXPECT_EQ(node.epilogue.activation, Activation::Relu);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0, 3, 4}));
  model.builder.op(0).inputs.pop_back();
  EXPECT_EQ(nodeOf(model).inputs, (std::vector<ValueId>{0, 3}));
}

TEST(ReaderTransposeConvolution, checksItsOutputShape) {
  expectInvalid(transposeConvolution({20, 30, 2}), "has an output shape of 3 numbers, expected 4");
  expectInvalid(transposeConvolution({1, 1, 20, 30, 2}),
                "takes its output shape from tensor 'shape', which has 5 elements");
  expectInvalid(transposeConvolution({1, 0, 30, 2}), "output size 0");
  expectInvalid(transposeConvolution({1, 20, kTooLarge, 2}), "output size 1048577");
  expectInvalid(transposeConvolution({1, 20, 30, 3}),
                "has 3 channels in its output shape, 2 in its weights");
}

OneOperator transposeConvolutionBias(const Bytes& options) {
  OneOperator model;
  const int32_t weights = model.builder.floats("weights", {2, 2, 2, 4});
  const int32_t bias = model.builder.floats("bias", {2});
  model.builder.addCustom("Convolution2DTransposeBias", {model.x, weights, bias}, {model.y},
                          options);
  return model;
}

TEST(ReaderTransposeConvolutionBias, readsItsThreeNumbers) {
  const Node node = nodeOf(transposeConvolutionBias(bytesOf<int32_t>({1, 2, 3})));
  ASSERT_EQ(node.type, OperatorType::TransposeConvolution);
  EXPECT_EQ(node.fileOperator, "Convolution2DTransposeBias");
  const auto& params = node.as<TransposeConvolutionParams>();
  EXPECT_EQ(params.window.padding, Padding::Same);
  EXPECT_EQ(params.window.strideX, 2);
  EXPECT_EQ(params.window.strideY, 3);
  EXPECT_EQ(params.outputHeight, 0);
  EXPECT_EQ(params.outputWidth, 0);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0, 2, 3}));
  const Node valid = nodeOf(transposeConvolutionBias(bytesOf<int32_t>({2, 1, 1})));
  EXPECT_EQ(valid.as<TransposeConvolutionParams>().window.padding, Padding::Valid);
}

TEST(ReaderTransposeConvolutionBias, checksItsOptions) {
  expectInvalid(transposeConvolutionBias({}), "has 0 bytes of options, expected 12");
  expectInvalid(transposeConvolutionBias(Bytes(11)), "has 11 bytes of options");
  expectInvalid(transposeConvolutionBias(Bytes(16)), "has 16 bytes of options");
  expectInvalid(transposeConvolutionBias(bytesOf<int32_t>({0, 2, 2})), "padding scheme 0");
  expectInvalid(transposeConvolutionBias(bytesOf<int32_t>({3, 2, 2})), "padding scheme 3");
  expectInvalid(transposeConvolutionBias(bytesOf<int32_t>({1, 0, 2})), "stride width 0");
  expectInvalid(transposeConvolutionBias(bytesOf<int32_t>({1, 2, -2})), "stride height -2");
}

TEST(ReaderTransposeConvolutionBias, optionsMayStandBehindTheFlatBuffer) {
  OneOperator model = transposeConvolutionBias({});
  model.builder.op(0).large_custom_options_offset = 4096;
  model.builder.op(0).large_custom_options_size = 12;
  Bytes file = model.builder.pack();
  expectFailure(read(file), StatusCode::InvalidModel,
                "has its options outside the file, at byte 4096");
  file.resize(4096);
  for (const uint8_t byte : bytesOf<int32_t>({2, 5, 6})) file.push_back(byte);
  const ReadResult result = read(file);
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(result.graph.nodes[0].as<TransposeConvolutionParams>().window.strideX, 5);
}

// ---- Elementwise, fully connected

TEST(ReaderBinary, readsKindAndActivation) {
  OneOperator model;
  tflite::AddOptionsT add;
  add.fused_activation_function = tflite::ActivationFunctionType_RELU_N1_TO_1;
  auto& added = model.builder.add(tflite::BuiltinOperator_ADD, {0, 0}, {1}, add);
  Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::Binary);
  EXPECT_EQ(node.as<BinaryParams>().kind, BinaryOperator::Add);
  EXPECT_EQ(node.epilogue.activation, Activation::ReluN1To1);
  added.fused_activation_function = kBadActivation;
  expectInvalid(model, "ADD (operator 0, output 'y') has fused activation 6, expected 0 to 5");

  model.builder.code(0).builtin_code = tflite::BuiltinOperator_MUL;
  model.builder.code(0).deprecated_builtin_code = tflite::BuiltinOperator_MUL;
  expectInvalid(model, "has the options of another operator");
  model.builder.op(0).builtin_options.Reset();
  node = nodeOf(model);
  EXPECT_EQ(node.as<BinaryParams>().kind, BinaryOperator::Multiply);
  EXPECT_EQ(node.epilogue.activation, Activation::None);
  tflite::MulOptionsT multiply;
  multiply.fused_activation_function = tflite::ActivationFunctionType_SIGN_BIT;
  model.builder.op(0).builtin_options.Set(tflite::MulOptionsT(multiply));
  EXPECT_EQ(nodeOf(model).epilogue.activation, Activation::SignBit);
}

TEST(ReaderUnary, everyKindIsKnown) {
  const std::pair<tflite::BuiltinOperator, Activation> kinds[] = {
      {tflite::BuiltinOperator_RELU, Activation::Relu},
      {tflite::BuiltinOperator_RELU6, Activation::Relu6},
      {tflite::BuiltinOperator_RELU_N1_TO_1, Activation::ReluN1To1},
      {tflite::BuiltinOperator_TANH, Activation::Tanh},
      {tflite::BuiltinOperator_HARD_SWISH, Activation::HardSwish},
      {tflite::BuiltinOperator_LOGISTIC, Activation::Logistic},
  };
  for (const auto& [code, kind] : kinds) {
    OneOperator model;
    model.builder.add(code, {0}, {1});
    const Node node = nodeOf(model);
    EXPECT_EQ(node.type, OperatorType::Unary);
    EXPECT_EQ(node.as<UnaryParams>().kind, kind);
    EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));
  }
}

TEST(ReaderUnary, preluHasSlopes) {
  OneOperator model;
  const int32_t slopes = model.builder.floats("slopes", {1, 1, 4});
  model.builder.add(tflite::BuiltinOperator_PRELU, {0, slopes}, {1});
  const Node node = nodeOf(model);
  EXPECT_EQ(node.as<UnaryParams>().kind, Activation::Prelu);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0, slopes}));
}

TEST(ReaderFullyConnected, readsItsOptions) {
  OneOperator model;
  tflite::FullyConnectedOptionsT options;
  options.keep_num_dims = true;
  options.fused_activation_function = tflite::ActivationFunctionType_RELU;
  const int32_t weights = model.builder.floats("weights", {2, 4});
  auto& added =
      model.builder.add(tflite::BuiltinOperator_FULLY_CONNECTED, {0, weights, -1}, {1}, options);
  Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::FullyConnected);
  EXPECT_TRUE(node.as<FullyConnectedParams>().keepDims);
  EXPECT_EQ(node.epilogue.activation, Activation::Relu);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0, weights}));
  added.weights_format = tflite::FullyConnectedOptionsWeightsFormat_SHUFFLED4x16INT8;
  expectUnsupported(model, "has weights of format 1");
  model.builder.op(0).builtin_options.Reset();
  node = nodeOf(model);
  EXPECT_FALSE(node.as<FullyConnectedParams>().keepDims);
}

// ---- Pools and reductions

TEST(ReaderPool, readsBothKinds) {
  for (const bool maximum : {false, true}) {
    OneOperator model;
    tflite::Pool2DOptionsT options;
    options.padding = tflite::Padding_SAME;
    options.stride_w = 1;
    options.stride_h = 2;
    options.filter_width = 3;
    options.filter_height = 4;
    options.fused_activation_function = tflite::ActivationFunctionType_RELU;
    auto& added = model.builder.add(
        maximum ? tflite::BuiltinOperator_MAX_POOL_2D : tflite::BuiltinOperator_AVERAGE_POOL_2D,
        {0}, {1}, options);
    const Node node = nodeOf(model);
    ASSERT_EQ(node.type, OperatorType::Pool);
    const auto& params = node.as<PoolParams>();
    EXPECT_EQ(params.kind, maximum ? PoolKind::Maximum : PoolKind::Average);
    EXPECT_EQ(params.window.padding, Padding::Same);
    EXPECT_EQ(params.window.strideX, 1);
    EXPECT_EQ(params.window.strideY, 2);
    EXPECT_EQ(params.kernelWidth, 3);
    EXPECT_EQ(params.kernelHeight, 4);
    EXPECT_EQ(node.epilogue.activation, Activation::Relu);

    added.filter_width = 0;
    expectInvalid(model, "filter width 0");
    added.filter_width = 3;
    added.filter_height = kTooLarge;
    expectInvalid(model, "filter height 1048577");
    added.filter_height = 4;
    added.stride_h = 0;
    expectInvalid(model, "stride height 0");
    added.stride_h = 1;
    added.fused_activation_function = kBadActivation;
    expectInvalid(model, "fused activation 6");
    model.builder.op(0).builtin_options.Reset();
    expectInvalid(model, "has no options");
  }
}

OneOperator mean(const std::vector<int32_t>& axes) {
  OneOperator model;
  tflite::ReducerOptionsT options;
  options.keep_dims = true;
  model.builder.add(tflite::BuiltinOperator_MEAN, {0, model.builder.integers("axes", axes)}, {1},
                    options);
  return model;
}

TEST(ReaderMean, readsAxesAsTheyAre) {
  OneOperator model = mean({2, -3, 2});
  Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::Reduce);
  EXPECT_EQ(node.as<ReduceParams>().axes, (std::vector<int32_t>{2, -3, 2}));
  EXPECT_TRUE(node.as<ReduceParams>().keepDims);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));
  model.builder.op(0).builtin_options.Reset();
  EXPECT_FALSE(nodeOf(model).as<ReduceParams>().keepDims);
  EXPECT_TRUE(nodeOf(mean({})).as<ReduceParams>().axes.empty());
}

TEST(ReaderMean, checksItsAxes) {
  expectInvalid(mean({1, 8}), "axis 8, expected -8 to 7");
  expectInvalid(mean({-9}), "axis -9");
  expectInvalid(mean(std::vector<int32_t>(65, 1)), "which has 65 elements, expected at most 64");
}

// ---- Parameters in tensors

TEST(ReaderParameter, hasToBeAConstant) {
  OneOperator model = mean({1});
  model.builder.op(0).inputs[1] = 0;
  expectUnsupported(model, "MEAN (operator 0, output 'y') computes its axes (tensor 'x')");
}

TEST(ReaderParameter, hasToBeIntegers) {
  OneOperator model = mean({1});
  model.builder.at(2).type = tflite::TensorType_FLOAT32;
  expectInvalid(model, "takes its axes from tensor 'axes', which is float32, expected int32");
}

TEST(ReaderParameter, mayBeOf64Bits) {
  OneOperator model = mean({});
  model.builder.op(0).inputs[1] =
      model.builder.constant("wide", {2}, tflite::TensorType_INT64, bytesOf<int64_t>({1, -2}));
  EXPECT_EQ(nodeOf(model).as<ReduceParams>().axes, (std::vector<int32_t>{1, -2}));
  model.builder.bufferOf(3).data = bytesOf<int64_t>({1, int64_t{1} << 32});
  expectInvalid(model, "tensor 'wide' element 1 is 4294967296, expected an integer of 32 bits");
}

TEST(ReaderParameter, cannotBeSparse) {
  OneOperator model = mean({1});
  model.builder.at(2).sparsity = std::make_unique<tflite::SparsityParametersT>();
  expectInvalid(model, "takes its axes from tensor 'axes', which is other, expected int32");
}

// ---- Movement

OneOperator pad(const std::vector<int32_t>& shape, const std::vector<int32_t>& paddings) {
  OneOperator model;
  model.builder.add(tflite::BuiltinOperator_PAD,
                    {0, model.builder.integers("paddings", shape, paddings)}, {1});
  return model;
}

TEST(ReaderPad, readsPairs) {
  const Node node = nodeOf(pad({4, 2}, {0, 0, 1, 2, 3, 4, 0, 5}));
  ASSERT_EQ(node.type, OperatorType::Pad);
  EXPECT_EQ(node.as<PadParams>().before, (std::vector<int32_t>{0, 1, 3, 0}));
  EXPECT_EQ(node.as<PadParams>().after, (std::vector<int32_t>{0, 2, 4, 5}));
  EXPECT_EQ(node.as<PadParams>().value, 0.0f);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));
}

TEST(ReaderPad, checksItsPaddings) {
  expectInvalid(pad({4, 2}, {0, 0, -1, 0, 0, 0, 0, 0}), "padding -1, expected 0 to");
  expectInvalid(pad({4, 2}, {0, 0, 0, kTooLarge, 0, 0, 0, 0}), "padding 1048577");
  expectInvalid(pad({8}, {0, 0, 0, 0, 0, 0, 0, 0}),
                "paddings of shape 8, expected one pair per axis");
  expectInvalid(pad({2, 4}, {0, 0, 0, 0, 0, 0, 0, 0}), "paddings of shape 2×4");
  expectInvalid(pad({9, 2}, std::vector<int32_t>(18)),
                "which has 18 elements, expected at most 16");
}

TEST(ReaderPad, mayHaveAValue) {
  OneOperator model = pad({4, 2}, std::vector<int32_t>(8, 1));
  model.builder.code(0).builtin_code = tflite::BuiltinOperator_PADV2;
  expectInvalid(model, "PADV2 (operator 0, output 'y') has 2 inputs, expected 3");
  const int32_t value = model.builder.floats("value", {}, {-2.5f});
  model.builder.op(0).inputs.push_back(value);
  const Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::Pad);
  EXPECT_EQ(node.as<PadParams>().value, -2.5f);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));

  model.builder.at(value).shape = {2};
  model.builder.bufferOf(value).data.resize(8);
  expectInvalid(model, "takes its padding value from tensor 'value', which is float32 of shape 2");
  model.builder.at(value).type = tflite::TensorType_INT32;
  expectInvalid(model, "which is int32 of shape 2, expected one float32");
  model.builder.op(0).inputs[2] = 0;
  expectUnsupported(model, "computes its padding value (tensor 'x')");
}

TEST(ReaderPad, theValueMayBeDequantized) {
  OneOperator model;
  const int32_t paddings = model.builder.integers("paddings", {4, 2}, std::vector<int32_t>(8, 1));
  const int32_t half =
      model.builder.constant("half", {}, tflite::TensorType_FLOAT16, bytesOf<uint16_t>({0x4100}));
  const int32_t full = model.builder.tensor("full", {});
  model.builder.add(tflite::BuiltinOperator_DEQUANTIZE, {half}, {full});
  model.builder.add(tflite::BuiltinOperator_PADV2, {0, paddings, full}, {1});
  EXPECT_EQ(nodeOf(model).as<PadParams>().value, 2.5f);
}

OneOperator resize(const std::vector<int32_t>& size, bool alignCorners, bool halfPixelCenters) {
  OneOperator model;
  tflite::ResizeBilinearOptionsT options;
  options.align_corners = alignCorners;
  options.half_pixel_centers = halfPixelCenters;
  options.new_height = 5;
  options.new_width = 6;
  model.builder.add(tflite::BuiltinOperator_RESIZE_BILINEAR,
                    {0, model.builder.integers("size", size)}, {1}, options);
  return model;
}

TEST(ReaderResize, readsSizeAndConvention) {
  const Node node = nodeOf(resize({20, 30}, false, true));
  ASSERT_EQ(node.type, OperatorType::Resize);
  EXPECT_EQ(node.as<ResizeParams>().height, 20);
  EXPECT_EQ(node.as<ResizeParams>().width, 30);
  EXPECT_FALSE(node.as<ResizeParams>().alignCorners);
  EXPECT_TRUE(node.as<ResizeParams>().halfPixelCenters);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));
  EXPECT_TRUE(nodeOf(resize({20, 30}, true, false)).as<ResizeParams>().alignCorners);
}

TEST(ReaderResize, theSizeMayBeInTheOptionsOrTheOptionsAbsent) {
  OneOperator model = resize({20, 30}, true, false);
  model.builder.op(0).inputs.pop_back();
  EXPECT_EQ(nodeOf(model).as<ResizeParams>().height, 5);
  EXPECT_EQ(nodeOf(model).as<ResizeParams>().width, 6);
  model.builder.op(0).builtin_options.Reset();
  expectInvalid(model, "has no options");
  model.builder.op(0).inputs.push_back(2);
  EXPECT_FALSE(nodeOf(model).as<ResizeParams>().alignCorners);
}

TEST(ReaderResize, checksItsSize) {
  expectInvalid(resize({0, 30}, false, false), "output height 0");
  expectInvalid(resize({20, kTooLarge}, false, false), "output width 1048577");
  expectInvalid(resize({20}, false, false), "has a size of 1 numbers, expected 2");
  expectInvalid(resize({20, 30, 40}, false, false), "which has 3 elements, expected at most 2");
  expectInvalid(resize({20, 30}, true, true), "both aligned corners and half-pixel centers");
}

TEST(ReaderDepthToSpace, readsItsBlockSize) {
  OneOperator model;
  tflite::DepthToSpaceOptionsT options;
  options.block_size = 2;
  auto& added = model.builder.add(tflite::BuiltinOperator_DEPTH_TO_SPACE, {0}, {1}, options);
  const Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::DepthToSpace);
  EXPECT_EQ(node.as<DepthToSpaceParams>().blockSize, 2);
  added.block_size = 0;
  expectInvalid(model, "block size 0");
  model.builder.op(0).builtin_options.Reset();
  expectInvalid(model, "has no options");
}

std::vector<int32_t> shapeOf(const OneOperator& model) {
  const Node node = nodeOf(model);
  EXPECT_EQ(node.type, OperatorType::Reshape);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));
  return node.type == OperatorType::Reshape ? node.as<ReshapeParams>().shape
                                            : std::vector<int32_t>{-99};
}

OneOperator reshape(const std::vector<int32_t>& inOptions) {
  OneOperator model;
  tflite::ReshapeOptionsT options;
  options.new_shape = inOptions;
  model.builder.add(tflite::BuiltinOperator_RESHAPE, {0}, {1}, options);
  return model;
}

TEST(ReaderReshape, takesTheShapeFromTheInputElseFromTheOptions) {
  OneOperator model = reshape({4, 64});
  EXPECT_EQ(shapeOf(model), (std::vector<int32_t>{4, 64}));
  model.builder.op(0).inputs.push_back(model.builder.integers("shape", {2, -1}));
  EXPECT_EQ(shapeOf(model), (std::vector<int32_t>{2, -1}));
  model.builder.op(0).builtin_options.Reset();
  EXPECT_EQ(shapeOf(model), (std::vector<int32_t>{2, -1}));
  model.builder.op(0).inputs = {0, -1};
  expectInvalid(model, "has no options");
  // A computed shape is of use only if the options repeat it.
  model.builder.op(0).inputs = {0, 0};
  expectUnsupported(model, "computes its new shape (tensor 'x')");
  tflite::ReshapeOptionsT options;
  options.new_shape = {16, 16};
  model.builder.op(0).builtin_options.Set(std::move(options));
  EXPECT_EQ(shapeOf(model), (std::vector<int32_t>{16, 16}));
}

TEST(ReaderReshape, knowsTheSpellingsOfAScalar) {
  EXPECT_EQ(shapeOf(reshape({})), (std::vector<int32_t>{}));
  EXPECT_EQ(shapeOf(reshape({0})), (std::vector<int32_t>{}));
}

TEST(ReaderReshape, checksItsShape) {
  expectInvalid(reshape({-2, 4}), "new size -2, expected -1 to");
  expectInvalid(reshape({-1, -1}), "number of unknown sizes 2, expected 0 to 1");
  expectInvalid(reshape(std::vector<int32_t>(9, 1)), "new rank 9");
  OneOperator model = reshape({});
  model.builder.op(0).inputs.push_back(model.builder.integers("shape", std::vector<int32_t>(9, 1)));
  expectInvalid(model, "which has 9 elements, expected at most 8");
}

OneOperator squeeze(const std::vector<int32_t>& axes) {
  OneOperator model({1, 3, 1, 4});
  tflite::SqueezeOptionsT options;
  options.squeeze_dims = axes;
  model.builder.add(tflite::BuiltinOperator_SQUEEZE, {0}, {1}, options);
  return model;
}

TEST(ReaderSqueeze, isAReshape) {
  EXPECT_EQ(shapeOf(squeeze({})), (std::vector<int32_t>{3, 4}));
  EXPECT_EQ(shapeOf(squeeze({2})), (std::vector<int32_t>{1, 3, 4}));
  EXPECT_EQ(shapeOf(squeeze({-4, 0})), (std::vector<int32_t>{3, 1, 4}));
  expectInvalid(squeeze({4}), "axis 4, expected -4 to 3");
  expectInvalid(squeeze({1}), "size of a squeezed axis 3, expected 1 to 1");
  expectInvalid(squeeze(std::vector<int32_t>(65)), "number of axes 65");
  OneOperator model = squeeze({});
  model.builder.op(0).builtin_options.Reset();
  EXPECT_EQ(shapeOf(model), (std::vector<int32_t>{3, 4}));
}

OneOperator expandDims(const std::vector<int32_t>& axis) {
  OneOperator model({3, 4});
  model.builder.add(tflite::BuiltinOperator_EXPAND_DIMS, {0, model.builder.integers("axis", axis)},
                    {1});
  return model;
}

TEST(ReaderExpandDims, isAReshape) {
  EXPECT_EQ(shapeOf(expandDims({0})), (std::vector<int32_t>{1, 3, 4}));
  EXPECT_EQ(shapeOf(expandDims({2})), (std::vector<int32_t>{3, 4, 1}));
  EXPECT_EQ(shapeOf(expandDims({-1})), (std::vector<int32_t>{3, 4, 1}));
  EXPECT_EQ(shapeOf(expandDims({-3})), (std::vector<int32_t>{1, 3, 4}));
  expectInvalid(expandDims({3}), "axis 3, expected -3 to 2");
  expectInvalid(expandDims({}), "number of axes 0");
  OneOperator model(std::vector<int32_t>(8, 1));
  model.builder.add(tflite::BuiltinOperator_EXPAND_DIMS, {0, model.builder.integers("axis", {0})},
                    {1});
  expectInvalid(model, "new rank 9");
}

TEST(ReaderConcatenation, readsItsAxis) {
  OneOperator model;
  tflite::ConcatenationOptionsT options;
  options.axis = -1;
  options.fused_activation_function = tflite::ActivationFunctionType_RELU;
  auto& added = model.builder.add(tflite::BuiltinOperator_CONCATENATION,
                                  std::vector<int32_t>(20, 0), {1}, options);
  const Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::Concatenation);
  EXPECT_EQ(node.as<ConcatenationParams>().axis, -1);
  EXPECT_EQ(node.inputs.size(), 20u);
  EXPECT_EQ(node.epilogue.activation, Activation::Relu);
  added.axis = 8;
  expectInvalid(model, "axis 8, expected -8 to 7");
  added.axis = 0;
  model.builder.op(0).inputs[3] = -1;
  expectInvalid(model, "CONCATENATION (operator 0, output 'y') lacks its input 3");
  model.builder.op(0).inputs = {};
  expectInvalid(model, "has 0 inputs, expected 1 or more");
  model.builder.op(0).inputs = {0};
  model.builder.op(0).builtin_options.Reset();
  expectInvalid(model, "has no options");
}

OneOperator stridedSlice(const std::vector<int32_t>& begin, const std::vector<int32_t>& end,
                         const std::vector<int32_t>& strides) {
  OneOperator model;
  tflite::StridedSliceOptionsT options;
  options.begin_mask = 1;
  options.end_mask = 2;
  options.ellipsis_mask = 4;
  options.new_axis_mask = 8;
  options.shrink_axis_mask = 16;
  model.builder.add(tflite::BuiltinOperator_STRIDED_SLICE,
                    {0, model.builder.integers("begin", begin), model.builder.integers("end", end),
                     model.builder.integers("strides", strides)},
                    {1}, options);
  return model;
}

TEST(ReaderStridedSlice, readsVectorsAndMasks) {
  OneOperator model = stridedSlice({0, 1, 2}, {-1, 4, INT32_MAX}, {1, -2, 3});
  Node node = nodeOf(model);
  ASSERT_EQ(node.type, OperatorType::StridedSlice);
  const auto& params = node.as<StridedSliceParams>();
  EXPECT_EQ(params.begin, (std::vector<int32_t>{0, 1, 2}));
  EXPECT_EQ(params.end, (std::vector<int32_t>{-1, 4, INT32_MAX}));
  EXPECT_EQ(params.strides, (std::vector<int32_t>{1, -2, 3}));
  EXPECT_EQ(params.beginMask, 1);
  EXPECT_EQ(params.endMask, 2);
  EXPECT_EQ(params.ellipsisMask, 4);
  EXPECT_EQ(params.newAxisMask, 8);
  EXPECT_EQ(params.shrinkAxisMask, 16);
  EXPECT_EQ(node.inputs, (std::vector<ValueId>{0}));
  model.builder.op(0).builtin_options.Reset();
  EXPECT_EQ(nodeOf(model).as<StridedSliceParams>().beginMask, 0);
}

TEST(ReaderStridedSlice, checksItsVectors) {
  expectInvalid(stridedSlice({0, 0}, {1}, {1, 1}), "has 2 begins, 1 ends and 2 strides");
  expectInvalid(stridedSlice({0}, {1}, {1, 1}), "has 1 begins, 1 ends and 2 strides");
  expectInvalid(stridedSlice({0, 0}, {1, 1}, {1, 0}), "has a stride of 0");
  expectInvalid(stridedSlice(std::vector<int32_t>(9), {1}, {1}), "which has 9 elements");
  OneOperator model = stridedSlice({0}, {1}, {1});
  model.builder.op(0).builtin_options.AsStridedSliceOptions()->offset = true;
  expectUnsupported(model, "counts its ends from its begins");
}

// ---- Constants on their way

TEST(ReaderDequantize, readsHalves) {
  OneOperator model;
  const int32_t half =
      model.builder.constant("half", {2}, tflite::TensorType_FLOAT16, bytesOf<uint16_t>({0, 0}));
  const int32_t full = model.builder.tensor("full", {2});
  model.builder.add(tflite::BuiltinOperator_DEQUANTIZE, {half}, {full});
  model.builder.add(tflite::BuiltinOperator_ADD, {0, full}, {1});
  const ReadResult result = model.readIt();
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(result.graph.nodes[0].type, OperatorType::Dequantize);
  EXPECT_EQ(result.graph.value(half).dtype, DType::Float16);
}

TEST(ReaderDequantize, quantizedWeightsAreUnsupported) {
  OneOperator model;
  const int32_t bytes = model.builder.constant("bytes", {2}, tflite::TensorType_INT8, Bytes(2));
  model.builder.add(tflite::BuiltinOperator_DEQUANTIZE, {bytes}, {1});
  expectUnsupported(model, "DEQUANTIZE (operator 0, output 'y') has input 'bytes' of INT8");
}

TEST(ReaderDequantize, runsOnConstantsOnly) {
  for (const auto code : {tflite::BuiltinOperator_DEQUANTIZE, tflite::BuiltinOperator_DENSIFY}) {
    OneOperator model;
    model.builder.add(code, {0}, {1});
    expectUnsupported(model, "reads tensor 'x', which is computed");
  }
}

TEST(ReaderDensify, keepsTheType) {
  OneOperator model;
  const int32_t half =
      model.builder.constant("half", {2}, tflite::TensorType_FLOAT16, bytesOf<uint16_t>({0, 0}));
  const int32_t dense = model.builder.tensor("dense", {2}, tflite::TensorType_FLOAT16);
  const int32_t full = model.builder.tensor("full", {2});
  model.builder.add(tflite::BuiltinOperator_DENSIFY, {half}, {dense});
  model.builder.add(tflite::BuiltinOperator_DEQUANTIZE, {dense}, {full});
  model.builder.add(tflite::BuiltinOperator_ADD, {0, full}, {1});
  const ReadResult result = model.readIt();
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(result.graph.nodes[0].type, OperatorType::Densify);
  model.builder.at(dense).type = tflite::TensorType_FLOAT32;
  expectInvalid(model, "DENSIFY (operator 0, output 'dense') makes FLOAT32 of FLOAT16");
}

}  // namespace
}  // namespace filigree::test
