// The reader: parameters of elementwise operators and fully connected layers, and what constants
// pass through, well-formed and malformed.
#include "unit/reader_options_support.h"

namespace filigree::test {
namespace {

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
