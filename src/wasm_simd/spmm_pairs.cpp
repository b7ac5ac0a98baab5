// Sparse 1×1 convolution whose rows come in pairs: both have their nonzeros in the same columns, as
// pruning by blocks of 2×1 weights leaves them. What is loaded of an input plane then serves two
// sums, so that multiply-adds are the limit and not loads (spmm.cpp).
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

constexpr size_t kPair = 2;

template <size_t kVectors>
FILIGREE_INLINE inline void allPairs(const SpmmArgs& args, size_t firstPixel, size_t lastLanes) {
  const char* input = reinterpret_cast<const char*>(args.input + firstPixel);
  const float* residual = args.residual == nullptr ? nullptr : args.residual + firstPixel;
  float* output = args.output + firstPixel;
  const size_t outputPlane = args.outputPlane;
  const VectorClamp clamp(args.clamp);
  const SpmmPair* column = args.pairs + args.row->first;
  const SpmmRow* const last = args.row + args.rows;
  for (const SpmmRow* row = args.row; row != last; row += kPair) {
    v128_t sums[kPair][kVectors];
    FILIGREE_UNROLL for (size_t r = 0; r < kPair; ++r) {
      FILIGREE_UNROLL for (v128_t& sum : sums[r]) sum = loadSplat(&row[r].bias);
    }
    FILIGREE_KEEP_ROLLED for (size_t left = row->nonzeros; left > 0; --left) {
      const auto* plane = reinterpret_cast<const float*>(input + column->inputOffsetBytes);
      const v128_t upper = loadSplat(&column->weight[0]);
      const v128_t lower = loadSplat(&column->weight[1]);
      ++column;
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        const v128_t pixels = load(plane + kLanes * v);
        sums[0][v] = multiplyAdd(sums[0][v], pixels, upper);
        sums[1][v] = multiplyAdd(sums[1][v], pixels, lower);
      }
    }
    finishRows(sums, residual, clamp, output, outputPlane, lastLanes);
    if (residual != nullptr) residual += kPair * outputPlane;
    output += kPair * outputPlane;
  }
}

}  // namespace

void f32_spmm_pairs(const SpmmArgs& args) {
  constexpr size_t kMaximum = kSpmmPairsPixelTile / kLanes;
  forEachTile<kMaximum>(args.pixels,
                        [&]<size_t kVectors>(size_t firstPixel, size_t lastLanes)
                            FILIGREE_INLINE { allPairs<kVectors>(args, firstPixel, lastLanes); });
}

}  // namespace filigree::simd
