// The reader: parameters of what reduces, moves and reshapes, well-formed and malformed; many of
// them are tensors.
#include "unit/reader_options_support.h"

namespace filigree::test {
namespace {

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

}  // namespace
}  // namespace filigree::test
