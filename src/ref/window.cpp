// Depthwise convolution and pooling of one bordered plane, scalar. The oracle for
// wasm_simd/window_convolution.cpp and window_pool.cpp.
#include <limits>

#include "ref/reference.h"

namespace filigree::reference {

void f32_window_convolution_scalar(const WindowArgs& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    for (size_t column = 0; column < args.columns; ++column) {
      const float* source = args.source + row * args.sourceRow + column;
      float sum = args.bias;
      for (size_t tap = 0; tap < args.tapCount; ++tap) {
        sum += args.weights[tap] * source[args.taps[tap]];
      }
      args.output[row * args.outputRow + column] = clamped(sum, args.clamp);
    }
  }
}

void f32_window_maximum_scalar(const WindowArgs& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    for (size_t column = 0; column < args.columns; ++column) {
      const float* source = args.source + row * args.sourceRow + column;
      float maximum = -std::numeric_limits<float>::infinity();
      for (size_t tap = 0; tap < args.tapCount; ++tap) {
        const float value = source[args.taps[tap]];
        if (maximum < value) maximum = value;
      }
      args.output[row * args.outputRow + column] = clamped(maximum, args.clamp);
    }
  }
}

void f32_window_sum_scalar(const WindowArgs& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    for (size_t column = 0; column < args.columns; ++column) {
      const float* source = args.source + row * args.sourceRow + column;
      float sum = args.bias;
      for (size_t tap = 0; tap < args.tapCount; ++tap) sum += source[args.taps[tap]];
      args.output[row * args.outputRow + column] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace filigree::reference
