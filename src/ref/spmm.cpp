// Sparse 1×1 convolution, scalar: in come the nonzero weights of each row and the input planes, out
// goes one plane per row. The oracle for wasm_simd/spmm.cpp and wasm_simd/spmm_pairs.cpp.
#include "ref/reference.h"

namespace filigree::reference {

namespace {

struct Nonzero {
  int32_t inputOffsetBytes;
  float weight;
};

/// `nonzeroOf(row, i)`: the i-th of a row. The first row of a block says how many its rows have.
template <size_t kBlock, typename NonzeroOf>
void allRows(const SpmmArgs& args, const NonzeroOf& nonzeroOf) {
  const char* input = reinterpret_cast<const char*>(args.input);
  for (size_t row = 0; row < args.rows; ++row) {
    const size_t nonzeros = args.row[row / kBlock * kBlock].nonzeros;
    for (size_t pixel = 0; pixel < args.pixels; ++pixel) {
      float sum = args.row[row].bias;
      for (size_t i = 0; i < nonzeros; ++i) {
        const Nonzero nonzero = nonzeroOf(row, i);
        sum += nonzero.weight *
               reinterpret_cast<const float*>(input + nonzero.inputOffsetBytes)[pixel];
      }
      const size_t at = row * args.outputPlane + pixel;
      if (args.residual != nullptr) sum += args.residual[at];
      args.output[at] = clamped(sum, args.clamp);
    }
  }
}

}  // namespace

void f32_spmm_scalar(const SpmmArgs& args) {
  allRows<1>(args, [&args](size_t row, size_t i) {
    const SpmmFour& four = args.fours[args.row[row].first + i / 4];
    return Nonzero{four.inputOffsetBytes[i % 4], four.weight[i % 4]};
  });
}

void f32_spmm_pairs_scalar(const SpmmArgs& args) {
  allRows<2>(args, [&args](size_t row, size_t i) {
    const SpmmPair& pair = args.pairs[args.row[row / 2 * 2].first + i];
    return Nonzero{pair.inputOffsetBytes, pair.weight[row % 2]};
  });
}

}  // namespace filigree::reference
