// Activations, scalar. Where rounding matters the value is computed in double, so that the SIMD
// kernels are measured against the truth. The oracle for wasm_simd/unary.cpp.
#include <cmath>

#include "ref/reference.h"

namespace filigree::reference {

void f32_clamp_scalar(const UnaryArgs& args) {
  for (size_t i = 0; i < args.count; ++i) args.output[i] = clamped(args.input[i], args.clamp);
}

void f32_prelu_scalar(const UnaryArgs& args) {
  for (size_t i = 0; i < args.count; ++i) {
    const float x = args.input[i];
    args.output[i] = x < 0 ? x * args.parameter : x;
  }
}

void f32_hard_swish_scalar(const UnaryArgs& args) {
  for (size_t i = 0; i < args.count; ++i) {
    const float x = args.input[i];
    args.output[i] = x * (clamped(x + 3.0f, {0.0f, 6.0f}) * (1.0f / 6.0f));
  }
}

void f32_logistic_scalar(const UnaryArgs& args) {
  for (size_t i = 0; i < args.count; ++i) {
    args.output[i] = static_cast<float>(1.0 / (1.0 + std::exp(-double{args.input[i]})));
  }
}

void f32_tanh_scalar(const UnaryArgs& args) {
  for (size_t i = 0; i < args.count; ++i) {
    args.output[i] = static_cast<float>(std::tanh(double{args.input[i]}));
  }
}

void f32_sign_bit_scalar(const UnaryArgs& args) {
  for (size_t i = 0; i < args.count; ++i) {
    args.output[i] = std::signbit(args.input[i]) ? 1.0f : 0.0f;
  }
}

}  // namespace filigree::reference
