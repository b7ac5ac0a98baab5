// The reader: what is no model at all, the model's structure, tensors and constants.
#include "tflite/reader.h"

#include "graph/constant.h"
#include "unit/model_support.h"

namespace filigree::test {
namespace {

Bytes bytesOfText(const std::string& content) {
  return {content.begin(), content.end()};
}

/// x → RELU → y → ADD ones → z.
ModelBuilder smallModel() {
  ModelBuilder builder;
  const int32_t x = builder.tensor("x", {1, 4, 4, 2});
  const int32_t y = builder.tensor("y", {1, 4, 4, 2});
  const int32_t ones = builder.floats("ones", {2});
  const int32_t z = builder.tensor("z", {1, 4, 4, 2});
  builder.add(tflite::BuiltinOperator_RELU, {x}, {y});
  builder.add(tflite::BuiltinOperator_ADD, {y, ones}, {z});
  builder.inputs({x});
  builder.outputs({z});
  return builder;
}
constexpr int32_t kX = 0;
constexpr int32_t kY = 1;
constexpr int32_t kOnes = 2;
constexpr int32_t kZ = 3;

// ---- What is no model

struct Lookalike {
  const char* name;
  std::string content;
  const char* message;
};

class ReaderNotAModel : public testing::TestWithParam<Lookalike> {};

TEST_P(ReaderNotAModel, saysWhatItLooksLike) {
  expectFailure(read(bytesOfText(GetParam().content)), StatusCode::NotAModel, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    , ReaderNotAModel,
    testing::Values(Lookalike{"Empty", "", "empty"}, Lookalike{"OneByte", "T", "only 1 bytes"},
                    Lookalike{"SevenBytes", std::string("\x1c\0\0\0TFL", 7), "only 7 bytes"},
                    Lookalike{"Html", "<!DOCTYPE html><html>", "HTML or XML page"},
                    Lookalike{"HtmlAfterSpace", "\xEF\xBB\xBF \r\n\t<html></html>",
                              "HTML or XML page"},
                    Lookalike{"Json", "{\"error\": 404}", "JSON"},
                    Lookalike{"Gzip", std::string("\x1F\x8B\x08\0\0\0\0\0\0\0", 10), "gzip"},
                    Lookalike{"Zip", "PK\x03\x04 and more", "zip archive"},
                    Lookalike{"Lfs", "version https://git-lfs.github.com/spec/v1\n", "Git LFS"},
                    Lookalike{"Spaces", "          ", "identifier 'TFL3' is missing"},
                    Lookalike{"OtherIdentifier", std::string("\x1c\0\0\0TFL2abcdefgh", 16),
                              "begins with the bytes 1c 00 00 00 54 46 4c 32"}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(Reader, identifierWithoutAModelIsInvalid) {
  expectFailure(read(bytesOfText(std::string("\x1c\0\0\0TFL3", 8))), StatusCode::InvalidModel,
                "damaged or cut short");
  expectFailure(read(bytesOfText(std::string("\xFF\xFF\xFF\x7FTFL3\0\0\0\0\0\0\0\0", 16))),
                StatusCode::InvalidModel, "damaged or cut short");
}

// ---- What is read

TEST(Reader, readsValuesNodesInputsAndOutputs) {
  const ReadResult result = read(smallModel().pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  const Graph& graph = result.graph;
  ASSERT_EQ(graph.values.size(), 4u);
  EXPECT_EQ(graph.value(kX).name, "x");
  EXPECT_EQ(graph.value(kX).shape, (Shape{1, 4, 4, 2}));
  EXPECT_EQ(graph.value(kX).dtype, DType::Float32);
  EXPECT_EQ(graph.value(kX).layout, Layout::RowMajor);
  EXPECT_EQ(graph.value(kX).constant, nullptr);
  ASSERT_NE(graph.value(kOnes).constant, nullptr);
  EXPECT_EQ(floatsOf(graph, kOnes), (std::vector<float>{1, 1}));
  EXPECT_EQ(graph.inputs, (std::vector<ValueId>{kX}));
  EXPECT_EQ(graph.outputs, (std::vector<ValueId>{kZ}));
  ASSERT_EQ(graph.nodes.size(), 2u);
  EXPECT_EQ(graph.nodes[0].type, OperatorType::Unary);
  EXPECT_EQ(graph.nodes[0].fileOperator, "RELU");
  EXPECT_EQ(graph.nodes[1].fileIndex, 1);
  EXPECT_EQ(graph.nodes[1].inputs, (std::vector<ValueId>{kY, kOnes}));
  EXPECT_EQ(graph.nodes[1].outputs, (std::vector<ValueId>{kZ}));
}

TEST(Reader, unnamedTensorsAreCalledByTheirIndex) {
  ModelBuilder builder = smallModel();
  builder.at(kY).name.clear();
  EXPECT_EQ(read(builder.pack()).graph.value(kY).name, "tensor 1");
}

TEST(Reader, cutsAVeryLongName) {
  ModelBuilder builder = smallModel();
  builder.at(kY).name = std::string(100'000, 'n');
  EXPECT_EQ(read(builder.pack()).graph.value(kY).name.size(), 1024u);
}

TEST(Reader, theLargerOperatorCodeCounts) {
  ModelBuilder builder = smallModel();
  builder.code(0).deprecated_builtin_code = tflite::BuiltinOperator_RELU6;
  builder.code(0).builtin_code = tflite::BuiltinOperator_ADD;  // 0, as in old files
  builder.code(1).deprecated_builtin_code = tflite::BuiltinOperator_ADD;
  builder.code(1).builtin_code = tflite::BuiltinOperator_MUL;
  const ReadResult result = read(builder.pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(result.graph.nodes[0].as<UnaryParams>().kind, Activation::Relu6);
  EXPECT_EQ(result.graph.nodes[1].as<BinaryParams>().kind, BinaryOperator::Multiply);
}

TEST(Reader, aValueMayBeAnOutputTwiceAndAnInputOrConstantToo) {
  ModelBuilder builder = smallModel();
  builder.outputs({kZ, kY, kZ, kX, kOnes});
  const ReadResult result = read(builder.pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(result.graph.outputs, (std::vector<ValueId>{kZ, kY, kZ, kX, kOnes}));
}

TEST(Reader, dataBehindTheFlatBufferIsRead) {
  ModelBuilder builder = smallModel();
  builder.bufferOf(kOnes).data.clear();
  builder.bufferOf(kOnes).offset = 4096;
  builder.bufferOf(kOnes).size = 8;
  Bytes file = builder.pack();
  ASSERT_LT(file.size(), 4096u);
  file.resize(4096);
  for (const uint8_t byte : bytesOf<float>({3, 4})) file.push_back(byte);
  const ReadResult result = read(file);
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_EQ(floatsOf(result.graph, kOnes), (std::vector<float>{3, 4}));
  file.pop_back();
  expectFailure(read(file), StatusCode::InvalidModel,
                "'ones' has its data in 8 bytes from byte 4096");
}

TEST(Reader, onlyTheFirstSubgraphMatters) {
  ModelBuilder builder = smallModel();
  auto second = std::make_unique<tflite::SubGraphT>();
  second->operators.push_back(std::make_unique<tflite::OperatorT>());
  second->operators.back()->opcode_index = 99;
  builder.model.subgraphs.push_back(std::move(second));
  EXPECT_TRUE(read(builder.pack()).status.ok());
}

TEST(Reader, unusedTensorsMayBeOfAnyType) {
  for (int type = tflite::TensorType_MIN; type <= tflite::TensorType_MAX; ++type) {
    ModelBuilder builder = smallModel();
    builder.constant("unused", {3}, static_cast<tflite::TensorType>(type), Bytes(12));
    builder.model.buffers.back()->data.resize(dtypeBytes(DType::Other) + 12);
    const ReadResult result = read(builder.pack());
    // Those whose size filigree knows are counted all the same.
    if (!result.status.ok()) {
      expectFailure(result, StatusCode::InvalidModel, "'unused' has 12 bytes of data");
    }
  }
}

TEST(Reader, emptyShapeTensorsNeedNoData) {
  ModelBuilder builder;
  const int32_t x = builder.tensor("x", {1, 1});
  const int32_t shape = builder.tensor("shape", {0}, tflite::TensorType_INT32);
  const int32_t y = builder.tensor("y", {});
  builder.add(tflite::BuiltinOperator_RESHAPE, {x, shape}, {y});
  builder.inputs({x});
  builder.outputs({y});
  const ReadResult result = read(builder.pack());
  ASSERT_TRUE(result.status.ok()) << result.status.message();
  EXPECT_TRUE(result.graph.nodes[0].as<ReshapeParams>().shape.empty());
}

TEST(Reader, filesWithoutBuffersAreRead) {
  ModelBuilder builder;
  const int32_t x = builder.tensor("x", {2});
  const int32_t y = builder.tensor("y", {2});
  builder.add(tflite::BuiltinOperator_RELU, {x}, {y});
  builder.inputs({x});
  builder.outputs({y});
  builder.model.buffers.clear();
  EXPECT_TRUE(read(builder.pack()).status.ok());
}

TEST(Reader, limitsAreKept) {
  const Bytes file = smallModel().pack();
  expectFailure(read(file, {.tensors = 3}), StatusCode::InvalidModel,
                "has 4 tensors, the limit is 3");
  expectFailure(read(file, {.operators = 1}), StatusCode::InvalidModel,
                "has 2 operators, the limit is 1");
}

TEST(Reader, aFailureLeavesNoOldGraphBehind) {
  Graph graph;
  graph.inputs = {7};
  const ExactBytes nothing{Bytes(16)};
  EXPECT_FALSE(readModel(nothing.data(), 16, {}, &graph).ok());
  EXPECT_TRUE(graph.inputs.empty());
}

// ---- Missing operators

TEST(Reader, listsAllMissingOperatorsWithTheirCounts) {
  ModelBuilder builder = smallModel();
  builder.add(tflite::BuiltinOperator_CAST, {kZ}, {builder.tensor("a", {1})});
  builder.add(tflite::BuiltinOperator_CAST, {kZ}, {builder.tensor("b", {1})});
  builder.add(tflite::BuiltinOperator_STABLEHLO_ADD, {kZ}, {builder.tensor("c", {1})});
  builder.addCustom("Landmarks2TransformMatrix", {kZ}, {builder.tensor("d", {1})}, {});
  builder.add(tflite::BuiltinOperator_CUSTOM, {kZ}, {builder.tensor("e", {1})});
  builder.add(static_cast<tflite::BuiltinOperator>(1234), {kZ}, {builder.tensor("f", {1})});
  // Not a word of what is wrong elsewhere.
  builder.at(kX).shape = {-1};
  expectFailure(read(builder.pack()), StatusCode::UnsupportedOp,
                "5 operators are missing: CAST (2×), STABLEHLO_ADD (1×), custom "
                "'Landmarks2TransformMatrix' (1×), custom '' (1×), operator code 1234 (1×)");
}

TEST(Reader, operatorCodesThatNobodyUsesDoNotMatter) {
  ModelBuilder builder = smallModel();
  auto unused = std::make_unique<tflite::OperatorCodeT>();
  unused->builtin_code = tflite::BuiltinOperator_WHILE;
  builder.model.operator_codes.push_back(std::move(unused));
  EXPECT_TRUE(read(builder.pack()).status.ok());
}

TEST(Reader, oneMissingOperatorIsSingular) {
  ModelBuilder builder = smallModel();
  builder.code(0).builtin_code = tflite::BuiltinOperator_SOFTMAX;
  expectFailure(read(builder.pack()), StatusCode::UnsupportedOp,
                "an operator is missing: SOFTMAX (1×)");
}

TEST(Reader, negativeOperatorCodesAreMissingOperators) {
  ModelBuilder builder = smallModel();
  builder.code(0).builtin_code = static_cast<tflite::BuiltinOperator>(-5);
  builder.code(0).deprecated_builtin_code = -3;
  expectFailure(read(builder.pack()), StatusCode::UnsupportedOp, "operator code -3 (1×)");
}

// ---- What is wrong

struct Malformed {
  const char* name;
  StatusCode code;
  const char* message;
  void (*edit)(ModelBuilder& builder);
};

class ReaderMalformed : public testing::TestWithParam<Malformed> {};

TEST_P(ReaderMalformed, isAStatusWithPlaceAndValue) {
  ModelBuilder builder = smallModel();
  ASSERT_TRUE(read(builder.pack()).status.ok());
  GetParam().edit(builder);
  expectFailure(read(builder.pack()), GetParam().code, GetParam().message);
}

constexpr StatusCode kInvalid = StatusCode::InvalidModel;
constexpr StatusCode kUnsupported = StatusCode::UnsupportedOp;

const Malformed kMalformed[] = {
    {"Version", kUnsupported, "version 4", [](ModelBuilder& b) { b.model.version = 4; }},
    {"NoSubgraph", kInvalid, "no subgraph", [](ModelBuilder& b) { b.model.subgraphs.clear(); }},
    {"NoOperatorCodes", kInvalid, "operator 0 has operator code index 0, the file has 0 codes",
     [](ModelBuilder& b) { b.model.operator_codes.clear(); }},
    {"OperatorCodeIndex", kInvalid, "operator 1 has operator code index 2, the file has 2 codes",
     [](ModelBuilder& b) { b.op(1).opcode_index = 2; }},
    {"TooManyOperatorCodes", kInvalid, "5002 operator codes",
     [](ModelBuilder& b) {
       for (int i = 0; i < 5000; ++i) {
         b.model.operator_codes.push_back(std::make_unique<tflite::OperatorCodeT>());
       }
     }},
    {"NoTensors", kInvalid, "model input 0 is not a tensor's index",
     [](ModelBuilder& b) { b.graph().tensors.clear(); }},
    {"NegativeSize", kInvalid, "'y' has the shape 1×-4×4×2",
     [](ModelBuilder& b) { b.at(kY).shape[1] = -4; }},
    {"HugeShape", kInvalid, "'y' has the shape 1×65536×65536×2",
     [](ModelBuilder& b) { b.at(kY).shape = {1, 65536, 65536, 2}; }},
    {"OverflowingShape", kInvalid, "'y' has the shape",
     [](ModelBuilder& b) { b.at(kY).shape = {1 << 30, 1 << 30, 1 << 30, 1 << 30}; }},
    {"OverflowingEmptyShape", kInvalid, "'y' has the shape",
     [](ModelBuilder& b) { b.at(kY).shape = {0, 1 << 30, 1 << 30, 1 << 30}; }},
    {"TooManyAxes", kUnsupported, "'y' has 9 axes, filigree runs at most 8",
     [](ModelBuilder& b) { b.at(kY).shape = std::vector<int32_t>(9, 1); }},
    {"BufferIndex", kInvalid, "'ones' has its data in buffer 7, the file has 2 buffers",
     [](ModelBuilder& b) { b.at(kOnes).buffer = 7; }},
    {"TooFewBytes", kInvalid, "'ones' has 7 bytes of data, expected 8 for 2 of float32",
     [](ModelBuilder& b) { b.bufferOf(kOnes).data.pop_back(); }},
    {"TooManyBytes", kInvalid, "'ones' has 9 bytes of data, expected 8",
     [](ModelBuilder& b) { b.bufferOf(kOnes).data.push_back(0); }},
    {"DataBehindTheFile", kInvalid, "'ones' has its data in 8 bytes from byte 99999999",
     [](ModelBuilder& b) {
       b.bufferOf(kOnes).offset = 99999999;
       b.bufferOf(kOnes).size = 8;
     }},
    {"DataRangeOverflow", kInvalid, "'ones' has its data in 18446744073709551615 bytes from byte 8",
     [](ModelBuilder& b) {
       b.bufferOf(kOnes).offset = 8;
       b.bufferOf(kOnes).size = UINT64_MAX;
     }},
    {"ExternalData", kUnsupported, "'ones' has its data in another file",
     [](ModelBuilder& b) { b.at(kOnes).external_buffer = 1; }},
    {"NoInputs", kInvalid, "no inputs", [](ModelBuilder& b) { b.inputs({}); }},
    {"InputIndex", kInvalid, "model input 4 is not a tensor's index",
     [](ModelBuilder& b) { b.inputs({4}); }},
    {"NegativeInputIndex", kInvalid, "model input -1 is not",
     [](ModelBuilder& b) { b.inputs({-1}); }},
    {"InputTwice", kInvalid, "model input 'x' is listed twice",
     [](ModelBuilder& b) { b.inputs({kX, kX}); }},
    {"ConstantInput", kInvalid, "model input 'ones' has constant data",
     [](ModelBuilder& b) { b.inputs({kX, kOnes}); }},
    {"InputType", kUnsupported, "the model has input 'x' of INT8",
     [](ModelBuilder& b) { b.at(kX).type = tflite::TensorType_INT8; }},
    {"VariableInput", kUnsupported, "the model has input 'x' of FLOAT32 that is a variable",
     [](ModelBuilder& b) { b.at(kX).is_variable = true; }},
    {"NoOutputs", kInvalid, "no outputs", [](ModelBuilder& b) { b.outputs({}); }},
    {"OutputIndex", kInvalid, "model output 100 is not", [](ModelBuilder& b) { b.outputs({100}); }},
    {"NegativeOutputIndex", kInvalid, "model output -1 is not",
     [](ModelBuilder& b) { b.outputs({-1}); }},
    {"OutputNobodyMakes", kInvalid, "model output 'lonely' is made by no operator",
     [](ModelBuilder& b) { b.outputs({b.tensor("lonely", {1})}); }},
    {"OutputType", kUnsupported, "the model has output 'half' of FLOAT16",
     [](ModelBuilder& b) {
       b.outputs({b.constant("half", {1}, tflite::TensorType_FLOAT16, Bytes(2))});
     }},
    {"OperatorInputIndex", kInvalid, "ADD (operator 1, output 'z') has input 4",
     [](ModelBuilder& b) { b.op(1).inputs[1] = 4; }},
    {"OperatorInputBelowMinusOne", kInvalid, "ADD (operator 1, output 'z') has input -2",
     [](ModelBuilder& b) { b.op(1).inputs[1] = -2; }},
    {"RequiredInputAbsent", kInvalid, "ADD (operator 1, output 'z') lacks its input 0",
     [](ModelBuilder& b) { b.op(1).inputs[0] = -1; }},
    {"TooFewInputs", kInvalid, "ADD (operator 1, output 'z') has 1 inputs, expected 2",
     [](ModelBuilder& b) { b.op(1).inputs.pop_back(); }},
    {"TooManyInputs", kInvalid, "RELU (operator 0, output 'y') has 2 inputs, expected 1",
     [](ModelBuilder& b) { b.op(0).inputs = {kX, kX}; }},
    {"NoOperatorInputs", kInvalid, "RELU (operator 0, output 'y') has 0 inputs",
     [](ModelBuilder& b) { b.op(0).inputs.clear(); }},
    {"OperatorOutputIndex", kInvalid, "RELU (operator 0) has output 4",
     [](ModelBuilder& b) { b.op(0).outputs = {4}; }},
    {"OperatorOutputAbsent", kInvalid, "RELU (operator 0) has output -1",
     [](ModelBuilder& b) { b.op(0).outputs = {-1}; }},
    {"NoOperatorOutputs", kInvalid, "RELU (operator 0) has 0 outputs, expected 1",
     [](ModelBuilder& b) { b.op(0).outputs.clear(); }},
    {"TwoOperatorOutputs", kInvalid, "RELU (operator 0, output 'y') has 2 outputs, expected 1",
     [](ModelBuilder& b) { b.op(0).outputs = {kY, kZ}; }},
    {"MadeTwice", kInvalid, "makes tensor 'y', which comes from operator 0 already",
     [](ModelBuilder& b) { b.op(1).outputs = {kY}; }},
    {"MakesAModelInput", kInvalid, "makes tensor 'x', which is a model input",
     [](ModelBuilder& b) { b.op(1).outputs = {kX}; }},
    {"MakesAConstant", kInvalid, "makes tensor 'ones', which has constant data",
     [](ModelBuilder& b) { b.op(1).outputs = {kOnes}; }},
    {"ReadsItself", kInvalid,
     "RELU (operator 0, output 'y') reads tensor 'y', which nothing before",
     [](ModelBuilder& b) { b.op(0).inputs = {kY}; }},
    {"ReadsItselfWithoutElements", kInvalid, "reads tensor 'y', which nothing before it makes",
     [](ModelBuilder& b) {
       b.at(kY).shape = {0};
       b.op(0).inputs = {kY};
     }},
    {"MakesOneTwice", kInvalid, "makes tensor 'y', which comes from operator 0 already",
     [](ModelBuilder& b) { b.op(0).outputs = {kY, kY}; }},
    {"MakesAnEmptyOneThatWasRead", kInvalid, "makes tensor 'y', which has constant data",
     [](ModelBuilder& b) {
       b.at(kY).shape = {0};
       b.op(0).outputs = {kZ};
       b.op(0).inputs = {kY};
       b.op(1).outputs = {kY};
       b.op(1).inputs = {kX, kX};
     }},
    {"ReadsALaterOne", kInvalid, "RELU (operator 0, output 'y') reads tensor 'z', which nothing",
     [](ModelBuilder& b) { b.op(0).inputs = {kZ}; }},
    {"InputOfUnsupportedType", kUnsupported,
     "ADD (operator 1, output 'z') has input 'bytes' of INT8; filigree runs FLOAT32 only",
     [](ModelBuilder& b) {
       b.op(1).inputs[1] = b.constant("bytes", {2}, tflite::TensorType_INT8, Bytes(2));
     }},
    {"InputOfAnUnknownType", kUnsupported, "has input 'odd' of type 77",
     [](ModelBuilder& b) {
       b.op(1).inputs[1] = b.constant("odd", {2}, static_cast<tflite::TensorType>(77), Bytes(2));
     }},
    {"OutputOfUnsupportedType", kUnsupported,
     "RELU (operator 0, output 'y') has output 'y' of FLOAT16",
     [](ModelBuilder& b) { b.at(kY).type = tflite::TensorType_FLOAT16; }},
    {"Variable", kUnsupported, "has output 'y' of FLOAT32 that is a variable",
     [](ModelBuilder& b) { b.at(kY).is_variable = true; }},
};

INSTANTIATE_TEST_SUITE_P(, ReaderMalformed, testing::ValuesIn(kMalformed),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(Reader, operatorsThatShareAnEndlessListOfInputsAreRejected) {
  // The object API cannot share; 64 concatenations of one list of 40,000.
  flatbuffers::FlatBufferBuilder builder;
  const std::vector<int32_t> shape = {1};
  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
  tensors.reserve(65);
  for (int i = 0; i < 65; ++i) tensors.push_back(tflite::CreateTensorDirect(builder, &shape));
  const auto inputs = builder.CreateVector(std::vector<int32_t>(40'000, 0));
  std::vector<flatbuffers::Offset<tflite::Operator>> operators;
  for (int i = 0; i < 64; ++i) {
    const auto outputs = builder.CreateVector(std::vector<int32_t>{i + 1});
    const auto options = tflite::CreateConcatenationOptions(builder, 0);
    operators.push_back(tflite::CreateOperator(
        builder, 0, inputs, outputs, tflite::BuiltinOptions_ConcatenationOptions, options.Union()));
  }
  const std::vector<int32_t> first = {0};
  const std::vector<int32_t> last = {64};
  const auto graph = tflite::CreateSubGraphDirect(builder, &tensors, &first, &last, &operators);
  const auto code = tflite::CreateOperatorCode(builder, tflite::BuiltinOperator_CONCATENATION, 0, 1,
                                               tflite::BuiltinOperator_CONCATENATION);
  const std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes = {code};
  const std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs = {graph};
  tflite::FinishModelBuffer(builder, tflite::CreateModelDirect(builder, 3, &codes, &graphs));
  const Bytes file(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  expectFailure(read(file), StatusCode::InvalidModel, "more than fit in the file");
}

}  // namespace
}  // namespace filigree::test
