// The first convolution, scalar: in come the interleaved input rows that one output row needs, out
// goes that row of every output plane. The oracle for wasm_simd/conv_hwc.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_conv_hwc_scalar(const ConvHwcArgs& args) {
  const size_t taps = args.kernelHeight * args.kernelWidth * args.inputChannels;
  for (size_t output = 0; output < args.outputChannels; ++output) {
    for (size_t column = 0; column < args.columns; ++column) {
      const float* weight = args.weights + output * (1 + taps);
      float sum = *weight++;
      for (size_t y = 0; y < args.kernelHeight; ++y) {
        for (size_t x = 0; x < args.kernelWidth; ++x) {
          const size_t pixel = column * args.strideX + x;
          const float* source = args.sourceRows[y] + pixel * args.inputChannels;
          for (size_t channel = 0; channel < args.inputChannels; ++channel) {
            sum += *weight++ * source[channel];
          }
        }
      }
      args.output[output * args.outputPlane + column] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace filigree::reference
