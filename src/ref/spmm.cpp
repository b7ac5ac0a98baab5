// Sparse 1×1 convolution, scalar: in come the nonzero weights of each row and the input planes, out
// goes one plane per row. The oracle for wasm_simd/spmm.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_spmm_scalar(const SpmmArgs& args) {
  const char* input = reinterpret_cast<const char*>(args.input);
  for (size_t row = 0; row < args.rows; ++row) {
    for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
      float sum = args.bias[row];
      for (uint32_t i = args.rowStart[row]; i < args.rowStart[row + 1]; ++i) {
        const SpmmEntry& entry = args.entries[i];
        const float* plane = reinterpret_cast<const float*>(input + entry.inputOffsetBytes);
        sum += entry.weight * plane[pixel];
      }
      const size_t at = row * args.outputPlane + pixel;
      if (args.residual != nullptr) sum += args.residual[at];
      args.output[at] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace filigree::reference
