// Sparse 1×1 convolution, scalar: in come the nonzero weights of each row and the input planes, out
// goes one plane per row. The oracle for wasm_simd/spmm.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_spmm_scalar(const SpmmArgs& args) {
  const char* input = reinterpret_cast<const char*>(args.input);
  for (size_t row = 0; row < args.rows; ++row) {
    const SpmmFour* fours = args.fours + args.row[row].first;
    for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
      float sum = args.row[row].bias;
      for (size_t i = 0; i < args.row[row].nonzeros; ++i) {
        const SpmmFour& four = fours[i / 4];
        sum += four.weight[i % 4] *
               reinterpret_cast<const float*>(input + four.inputOffsetBytes[i % 4])[pixel];
      }
      const size_t at = row * args.outputPlane + pixel;
      if (args.residual != nullptr) sum += args.residual[at];
      args.output[at] = clamped(sum, args.clamp);
    }
  }
}

void f32_spmm_pairs_scalar(const SpmmArgs& args) {
  const char* input = reinterpret_cast<const char*>(args.input);
  for (size_t row = 0; row < args.rows; ++row) {
    const SpmmRow& pair = args.row[row / 2 * 2];
    for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
      float sum = args.row[row].bias;
      for (size_t i = pair.first; i < pair.first + pair.nonzeros; ++i) {
        const SpmmPair& column = args.pairs[i];
        sum += column.weight[row % 2] *
               reinterpret_cast<const float*>(input + column.inputOffsetBytes)[pixel];
      }
      const size_t at = row * args.outputPlane + pixel;
      if (args.residual != nullptr) sum += args.residual[at];
      args.output[at] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace filigree::reference
