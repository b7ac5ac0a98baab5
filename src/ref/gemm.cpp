// Dense 1×1 convolution, scalar: in come packed weights and the input planes, out goes one plane
// per row. The oracle for wasm_simd/gemm.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_gemm_scalar(const GemmArgs& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    const float* weights = args.weights + row * (1 + args.channels);
    for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
      float sum = weights[0];
      for (size_t channel = 0; channel < args.channels; ++channel) {
        sum += weights[1 + channel] * args.input[channel * args.inputPlane + pixel];
      }
      const size_t at = row * args.outputPlane + pixel;
      if (args.residual != nullptr) sum += args.residual[at];
      args.output[at] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace filigree::reference
