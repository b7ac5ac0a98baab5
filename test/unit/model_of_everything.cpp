#include "unit/model_support.h"

namespace filigree::test {

namespace {

using tflite::BuiltinOperator;

/// Adds operators one after the other, each of which reads what the one before has made.
class Chain {
 public:
  Chain() { builder.inputs({last = builder.tensor("x", {1, 8, 8, 4})}); }

  template <typename... Options>
  void then(BuiltinOperator code, const std::vector<int32_t>& shape,
            const std::vector<int32_t>& more = {}, const Options&... options) {
    std::vector<int32_t> inputs = {last};
    inputs.insert(inputs.end(), more.begin(), more.end());
    const int32_t made = next(shape);
    builder.add(code, inputs, {made}, options...);
    last = made;
  }

  int32_t next(const std::vector<int32_t>& shape) {
    return builder.tensor("map" + std::to_string(count_++), shape);
  }

  ModelBuilder builder;
  int32_t last = 0;

 private:
  int count_ = 0;
};

/// Sparse halves [2, 1, 1, 4], rows {1, 0, 2, 0} and {0, 0, 0, 3}, through DENSIFY and DEQUANTIZE.
int32_t addSparseWeights(ModelBuilder& builder) {
  const std::vector<int32_t> shape = {2, 1, 1, 4};
  const int32_t sparse = builder.constant("sparse", shape, tflite::TensorType_FLOAT16,
                                          bytesOf<uint16_t>({0x3C00, 0x4000, 0x4200}));
  auto sparsity = std::make_unique<tflite::SparsityParametersT>();
  sparsity->traversal_order = {0, 1, 2, 3};
  for (const int32_t size : {2, 1, 1, 4}) {
    sparsity->dim_metadata.push_back(std::make_unique<tflite::DimensionMetadataT>());
    sparsity->dim_metadata.back()->dense_size = size;
  }
  tflite::DimensionMetadataT& last = *sparsity->dim_metadata.back();
  last.format = tflite::DimensionType_SPARSE_CSR;
  tflite::Uint8VectorT segments;
  segments.values = {0, 2, 3};
  last.array_segments.Set(std::move(segments));
  tflite::Uint16VectorT indices;
  indices.values = {0, 2, 3};
  last.array_indices.Set(std::move(indices));
  builder.at(sparse).sparsity = std::move(sparsity);

  const int32_t dense = builder.tensor("dense", shape, tflite::TensorType_FLOAT16);
  const int32_t weights = builder.tensor("weights", shape);
  builder.add(tflite::BuiltinOperator_DENSIFY, {sparse}, {dense});
  builder.add(tflite::BuiltinOperator_DEQUANTIZE, {dense}, {weights});
  return weights;
}

tflite::Conv2DOptionsT convolutionOptions() {
  tflite::Conv2DOptionsT options;
  options.stride_w = options.stride_h = 1;
  options.fused_activation_function = tflite::ActivationFunctionType_RELU6;
  return options;
}

void addConvolutions(Chain& chain) {
  ModelBuilder& builder = chain.builder;
  const std::vector<int32_t> shape = {1, 8, 8, 4};
  chain.then(tflite::BuiltinOperator_CONV_2D, shape,
             {builder.floats("conv_w", {4, 3, 3, 4}), builder.floats("conv_b", {4})},
             convolutionOptions());
  tflite::DepthwiseConv2DOptionsT depthwise;
  depthwise.stride_w = depthwise.stride_h = depthwise.depth_multiplier = 1;
  chain.then(tflite::BuiltinOperator_DEPTHWISE_CONV_2D, shape,
             {builder.floats("depthwise_w", {1, 3, 3, 4}), -1}, depthwise);
  const int32_t weights = addSparseWeights(builder);
  chain.then(tflite::BuiltinOperator_CONV_2D, {1, 8, 8, 2}, {weights, -1}, convolutionOptions());

  tflite::TransposeConvOptionsT transpose;
  transpose.stride_w = transpose.stride_h = 2;
  const int32_t transposed = chain.next({1, 16, 16, 4});
  builder.add(tflite::BuiltinOperator_TRANSPOSE_CONV,
              {builder.integers("transpose_shape", {1, 16, 16, 4}),
               builder.floats("transpose_w", {4, 2, 2, 2}), chain.last},
              {transposed}, transpose);
  const int32_t custom = chain.next({1, 32, 32, 4});
  builder.addCustom(
      "Convolution2DTransposeBias",
      {transposed, builder.floats("custom_w", {4, 2, 2, 4}), builder.floats("custom_b", {4})},
      {custom}, bytesOf<int32_t>({1, 2, 2}));
  chain.last = custom;
}

void addElementwise(Chain& chain, const std::vector<int32_t>& shape) {
  for (const BuiltinOperator code :
       {tflite::BuiltinOperator_RELU, tflite::BuiltinOperator_RELU6,
        tflite::BuiltinOperator_RELU_N1_TO_1, tflite::BuiltinOperator_TANH,
        tflite::BuiltinOperator_HARD_SWISH, tflite::BuiltinOperator_LOGISTIC}) {
    chain.then(code, shape);
  }
  ModelBuilder& builder = chain.builder;
  chain.then(tflite::BuiltinOperator_PRELU, shape, {builder.floats("slopes", {1, 1, 4})});
  chain.then(tflite::BuiltinOperator_ADD, shape, {chain.last}, tflite::AddOptionsT());
  chain.then(tflite::BuiltinOperator_MUL, shape, {builder.floats("factors", {4})},
             tflite::MulOptionsT());
}

void addPoolsAndMovement(Chain& chain) {
  ModelBuilder& builder = chain.builder;
  tflite::Pool2DOptionsT pool;
  pool.stride_w = pool.stride_h = pool.filter_width = pool.filter_height = 2;
  chain.then(tflite::BuiltinOperator_MAX_POOL_2D, {1, 16, 16, 4}, {}, pool);
  chain.then(tflite::BuiltinOperator_AVERAGE_POOL_2D, {1, 8, 8, 4}, {}, pool);
  chain.then(tflite::BuiltinOperator_PAD, {1, 10, 9, 4},
             {builder.integers("paddings", {4, 2}, {0, 0, 1, 1, 0, 1, 0, 0})});
  chain.then(tflite::BuiltinOperator_PADV2, {1, 10, 9, 8},
             {builder.integers("channel_paddings", {4, 2}, {0, 0, 0, 0, 0, 0, 0, 4}),
              builder.floats("padding_value", {}, {-1.0f})});
  tflite::ResizeBilinearOptionsT resize;
  resize.half_pixel_centers = true;
  chain.then(tflite::BuiltinOperator_RESIZE_BILINEAR, {1, 4, 4, 8},
             {builder.integers("size", {4, 4})}, resize);
  tflite::DepthToSpaceOptionsT depthToSpace;
  depthToSpace.block_size = 2;
  chain.then(tflite::BuiltinOperator_DEPTH_TO_SPACE, {1, 8, 8, 2}, {}, depthToSpace);
  tflite::ConcatenationOptionsT concatenation;
  concatenation.axis = 3;
  chain.then(tflite::BuiltinOperator_CONCATENATION, {1, 8, 8, 4}, {chain.last}, concatenation);
  chain.then(tflite::BuiltinOperator_STRIDED_SLICE, {1, 4, 4, 4},
             {builder.integers("begin", {0, 0, 0, 0}), builder.integers("end", {1, 8, 8, 4}),
              builder.integers("strides", {1, 2, 2, 1})},
             tflite::StridedSliceOptionsT());
}

void addHead(Chain& chain) {
  ModelBuilder& builder = chain.builder;
  tflite::ReducerOptionsT keep;
  keep.keep_dims = true;
  chain.then(tflite::BuiltinOperator_MEAN, {1, 1, 1, 4}, {builder.integers("axes", {1, 2})}, keep);
  chain.then(tflite::BuiltinOperator_SQUEEZE, {4}, {}, tflite::SqueezeOptionsT());
  chain.then(tflite::BuiltinOperator_EXPAND_DIMS, {1, 4}, {builder.integers("axis", {0})});
  tflite::FullyConnectedOptionsT connected;
  connected.keep_num_dims = true;
  chain.then(tflite::BuiltinOperator_FULLY_CONNECTED, {1, 3},
             {builder.floats("fc_w", {3, 4}), builder.floats("fc_b", {3})}, connected);
  chain.then(tflite::BuiltinOperator_RESHAPE, {3}, {builder.integers("shape", {-1})},
             tflite::ReshapeOptionsT());
}

}  // namespace

ModelBuilder modelOfEverything() {
  Chain chain;
  addConvolutions(chain);
  addElementwise(chain, {1, 32, 32, 4});
  addPoolsAndMovement(chain);
  addHead(chain);
  chain.builder.outputs({chain.last});
  return std::move(chain.builder);
}

}  // namespace filigree::test
