// The reader: parameters of convolutions and pools, well-formed and malformed.
#include <functional>

#include "unit/reader_options_support.h"

namespace filigree::test {
namespace {

/// The same options with one field changed.
template <typename Options>
Options with(Options options, const std::function<void(Options&)>& edit) {
  edit(options);
  return options;
}

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

}  // namespace
}  // namespace filigree::test
