// Depthwise convolution of stride 1 or 2, scalar. The oracle for wasm_simd/depthwise.cpp.
#include "ref/reference.h"

namespace filigree::reference {

namespace {

void depthwise(const DepthwiseArgs& args, size_t size, size_t stride) {
  for (size_t plane = 0; plane < args.planes; ++plane) {
    const float* input = args.input + plane * args.inputPlane;
    const float* weights = args.weights + plane * size * size;
    float* output = args.output + plane * args.outputPlane;
    for (size_t row = args.firstRow; row < args.firstRow + args.rows; ++row) {
      for (size_t column = 0; column < args.columns; ++column) {
        float sum = args.bias[plane];
        for (size_t y = 0; y < size; ++y) {
          for (size_t x = 0; x < size; ++x) {
            // Before the first row or column these wrap around to large numbers.
            const size_t inputRow = stride * row + y - args.top;
            const size_t inputColumn = stride * column + x - args.left;
            if (inputRow >= args.height || inputColumn >= args.width) continue;
            sum += weights[y * size + x] * input[inputRow * args.width + inputColumn];
          }
        }
        output[row * args.columns + column] = clamped(sum, args.clamp);
      }
    }
  }
}

}  // namespace

void f32_depthwise_3_scalar(const DepthwiseArgs& args) {
  depthwise(args, 3, 1);
}

void f32_depthwise_5_scalar(const DepthwiseArgs& args) {
  depthwise(args, 5, 1);
}

void f32_depthwise_3_stride_2_scalar(const DepthwiseArgs& args) {
  depthwise(args, 3, 2);
}

void f32_depthwise_5_stride_2_scalar(const DepthwiseArgs& args) {
  depthwise(args, 5, 2);
}

}  // namespace filigree::reference
