// Dense 1×1 convolution on few pixels and the fully connected layer: the lanes run over output
// channels, since there are not enough pixels to fill them.
//
// Each weight is read once per tile of up to 4 pixels. With few pixels in the tile, several
// channels at a time have sums of their own, or every multiply-add would wait for the one before.
// Only the last tile may be smaller than the others, so that threads may divide the pixels at whole
// tiles and every sum is still the same.
#include <algorithm>

#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

constexpr size_t kVectors = kGemvRowBlock / kLanes;

template <size_t kPixels>
FILIGREE_INLINE inline void tile(const GemvArgs& args, const float* weights, size_t row,
                                 size_t pixel, const VectorClamp& clamp) {
  constexpr size_t kChains = kPixels == 1 ? 4 : kPixels <= 3 ? 2 : 1;
  v128_t sums[kChains][kPixels][kVectors];
  FILIGREE_UNROLL for (size_t c = 0; c < kChains; ++c) {
    FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) {
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        sums[c][p][v] = c == 0 ? load(weights + kLanes * v) : splat(0.0f);
      }
    }
  }
  weights += kGemvRowBlock;
  const float* input = args.input + pixel * args.inputPixel;
  const auto addChannel = [&](v128_t(&into)[kPixels][kVectors]) FILIGREE_INLINE {
    v128_t weight[kVectors];
    FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) weight[v] = load(weights + kLanes * v);
    FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) {
      const v128_t value = loadSplat(input + p * args.inputPixel);
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        into[p][v] = multiplyAdd(into[p][v], value, weight[v]);
      }
    }
    weights += kGemvRowBlock;
    input += args.inputPlane;
  };
  size_t channelsLeft = args.channels;
  FILIGREE_KEEP_ROLLED for (; channelsLeft >= kChains; channelsLeft -= kChains) {
    FILIGREE_UNROLL for (size_t c = 0; c < kChains; ++c) addChannel(sums[c]);
  }
  FILIGREE_KEEP_ROLLED for (; channelsLeft > 0; --channelsLeft) addChannel(sums[0]);

  const size_t rows = args.rows - row < kGemvRowBlock ? args.rows - row : kGemvRowBlock;
  FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) {
    float lanes[kGemvRowBlock];
    const size_t first = row * args.outputPlane + (pixel + p) * args.outputPixel;
    if (args.residual != nullptr) {
      for (size_t r = 0; r < kGemvRowBlock; ++r) {
        lanes[r] = r < rows ? args.residual[first + r * args.outputPlane] : 0.0f;
      }
    }
    FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
      v128_t sum = sums[0][p][v];
      FILIGREE_UNROLL for (size_t c = 1; c < kChains; ++c) {
        sum = wasm_f32x4_add(sum, sums[c][p][v]);
      }
      if (args.residual != nullptr) sum = wasm_f32x4_add(sum, load(lanes + kLanes * v));
      store(lanes + kLanes * v, clamp(sum));
    }
    for (size_t r = 0; r < rows; ++r) args.output[first + r * args.outputPlane] = lanes[r];
  }
}

}  // namespace

void f32_gemv_8(const GemvArgs& args) {
  const VectorClamp clamp(args.clamp);
  const size_t blockFloats = kGemvRowBlock * (1 + args.channels);
  const float* weights = args.weights;
  for (size_t row = 0; row < args.rows; row += kGemvRowBlock, weights += blockFloats) {
    for (size_t pixel = 0; pixel < args.pixels; pixel += kGemvPixelTile) {
      const size_t pixels = std::min(args.pixels - pixel, kGemvPixelTile);
      withConstant<kGemvPixelTile>(pixels, [&]<size_t kPixels>() FILIGREE_INLINE {
        tile<kPixels>(args, weights, row, pixel, clamp);
      });
    }
  }
}

}  // namespace filigree::simd
