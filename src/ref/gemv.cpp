// Dense 1×1 convolution on few pixels and the fully connected layer, scalar: as gemm.cpp, but
// pixels may lie apart. The oracle for wasm_simd/gemv.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_gemv_scalar(const GemvArgs& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    const float* weights = args.weights + row * (1 + args.channels);
    for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
      const float* input = args.input + pixel * args.inputPixel;
      float sum = weights[0];
      for (size_t channel = 0; channel < args.channels; ++channel) {
        sum += weights[1 + channel] * input[channel * args.inputPlane];
      }
      const size_t at = row * args.outputPlane + pixel * args.outputPixel;
      if (args.residual != nullptr) sum += args.residual[at];
      args.output[at] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace filigree::reference
