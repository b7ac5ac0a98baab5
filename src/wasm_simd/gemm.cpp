// Dense 1×1 convolution: in come packed weights and the input planes, out goes one plane per row.
//
// A tile of 6 rows × 8 pixels stays in registers: 12 sums, enough to hide what a multiply-add
// takes, and per channel 2 loads of pixels and 6 splats of weights for 12 multiply-adds. Rows that
// do not fill a block get tiles of fewer rows and more pixels.
//
// The order: for a block of pixels, one block of rows after the other, so that the block's packed
// weights stay in the L1 cache for all its tiles, and whole cache lines of the output are written
// at a time.
#include <algorithm>

#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

constexpr size_t kPixelBlock = 128;

/// How wide a tile of so many rows is, in vectors.
constexpr size_t tileVectors(size_t rows) {
  return rows == 1 ? 8 : rows == 2 ? 4 : rows == 3 ? 3 : 2;
}

template <size_t kRows, size_t kVectors>
FILIGREE_INLINE inline void tile(const GemmArgs& args, const float* weights, size_t row,
                                 size_t pixel, size_t lastLanes, const VectorClamp& clamp) {
  v128_t sums[kRows][kVectors];
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) sums[r][v] = loadSplat(weights + r);
  }
  const float* input = args.input + pixel;
  FILIGREE_KEEP_ROLLED for (size_t channel = 0; channel < args.channels; ++channel) {
    weights += kGemmRowBlock;
    v128_t pixels[kVectors];
    FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) pixels[v] = load(input + kLanes * v);
    FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
      const v128_t weight = loadSplat(weights + r);
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        sums[r][v] = multiplyAdd(sums[r][v], pixels[v], weight);
      }
    }
    input += args.inputPlane;
  }
  const size_t at = row * args.outputPlane + pixel;
  finishRows(sums, args.residual == nullptr ? nullptr : args.residual + at, clamp, args.output + at,
             args.outputPlane, lastLanes);
}

/// The tiles of a block of rows: whole ones, and a narrower one for what is left.
template <size_t kRows>
FILIGREE_INLINE inline void tiles(const GemmArgs& args, const float* weights, size_t row,
                                  size_t firstPixel, size_t lastPixel, const VectorClamp& clamp) {
  constexpr size_t kVectors = tileVectors(kRows);
  size_t pixel = firstPixel;
  for (; pixel + kLanes * kVectors <= lastPixel; pixel += kLanes * kVectors) {
    tile<kRows, kVectors>(args, weights, row, pixel, kLanes, clamp);
  }
  const size_t left = lastPixel - pixel;
  const size_t vectors = (left + kLanes - 1) / kLanes;
  withConstant<kVectors>(vectors, [&]<size_t kFew>() FILIGREE_INLINE {
    tile<kRows, kFew>(args, weights, row, pixel, left - kLanes * (kFew - 1), clamp);
  });
}

}  // namespace

void f32_gemm_8x6(const GemmArgs& args) {
  const VectorClamp clamp(args.clamp);
  const size_t blockFloats = kGemmRowBlock * (1 + args.channels);
  for (size_t first = 0; first < args.pixels; first += kPixelBlock) {
    const size_t last = std::min(first + kPixelBlock, args.pixels);
    const float* weights = args.weights;
    for (size_t row = 0; row < args.rows; row += kGemmRowBlock, weights += blockFloats) {
      const size_t rows = std::min(args.rows - row, kGemmRowBlock);
      withConstant<kGemmRowBlock>(rows, [&]<size_t kRows>() FILIGREE_INLINE {
        tiles<kRows>(args, weights, row, first, last, clamp);
      });
    }
  }
}

}  // namespace filigree::simd
