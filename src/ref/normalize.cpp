// Bytes of pixels to floats, scalar. The oracle for wasm_simd/normalize.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_normalize_scalar(const NormalizeArgs& args) {
  for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
    for (size_t channel = 0; channel < 3; ++channel) {
      const float byte = args.bytes[pixel * args.bytesPerPixel + channel];
      args.output[3 * pixel + channel] = (byte - args.mean[channel]) / args.std[channel];
    }
  }
}

}  // namespace filigree::reference
