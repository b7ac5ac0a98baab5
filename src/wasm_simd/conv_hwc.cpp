// The first convolution: in come the interleaved input rows that one output row needs, out goes
// that row of every output plane.
//
// The lanes run over 8 output channels, since the few input channels of neighbouring pixels lie
// between each other; several output pixels share the weights. At the end the tile is transposed,
// so that planes are written 4 pixels at a time.
#include <algorithm>

#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

constexpr size_t kVectors = kConvHwcRowBlock / kLanes;
static_assert(kConvHwcPixels == kLanes, "a tile is transposed as a whole");

/// `sums[pixel][vector of channels]` as columns of the first `channels` planes from `output` on.
template <size_t kPixels>
FILIGREE_INLINE inline void storePlanes(const v128_t (&sums)[kPixels][kVectors], size_t channels,
                                        size_t outputPlane, float* output) {
  FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
    v128_t planes[kLanes];
    FILIGREE_UNROLL for (size_t p = 0; p < kLanes; ++p) {
      planes[p] = sums[std::min(p, kPixels - 1)][v];
    }
    transpose4(planes);
    FILIGREE_UNROLL for (size_t lane = 0; lane < kLanes; ++lane) {
      if (kLanes * v + lane >= channels) return;
      storeLanes(output, planes[lane], kPixels);
      output += outputPlane;
    }
  }
}

template <size_t kPixels>
FILIGREE_INLINE inline void tile(const ConvHwcArgs& args, const float* weights, size_t channel,
                                 size_t column, const VectorClamp& clamp) {
  v128_t sums[kPixels][kVectors];
  FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
    const v128_t bias = load(weights + kLanes * v);
    FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) sums[p][v] = bias;
  }
  weights += kConvHwcRowBlock;
  const size_t pixelPitch = args.strideX * args.inputChannels;
  const size_t runFloats = args.kernelWidth * args.inputChannels;
  const float* const* const lastRow = args.sourceRows + args.kernelHeight;
  for (const float* const* row = args.sourceRows; row != lastRow; ++row) {
    const float* source = *row + column * pixelPitch;
    const float* pixels[kPixels];
    FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) pixels[p] = source + p * pixelPitch;
    FILIGREE_KEEP_ROLLED for (size_t i = 0; i < runFloats; ++i) {
      v128_t weight[kVectors];
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        weight[v] = load(weights + kLanes * v);
      }
      FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) {
        const v128_t value = loadSplat(pixels[p] + i);
        FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
          sums[p][v] = multiplyAdd(sums[p][v], value, weight[v]);
        }
      }
      weights += kConvHwcRowBlock;
    }
  }
  clamp.apply(sums);
  float* output = args.output + channel * args.outputPlane + column;
  if (channel + kConvHwcRowBlock <= args.outputChannels) {
    storePlanes(sums, kConvHwcRowBlock, args.outputPlane, output);
  } else {
    storePlanes(sums, args.outputChannels - channel, args.outputPlane, output);
  }
}

}  // namespace

void f32_conv_hwc(const ConvHwcArgs& args) {
  const VectorClamp clamp(args.clamp);
  const size_t taps = args.kernelHeight * args.kernelWidth * args.inputChannels;
  const float* weights = args.weights;
  for (size_t channel = 0; channel < args.outputChannels; channel += kConvHwcRowBlock) {
    size_t column = 0;
    for (; column + kConvHwcPixels <= args.columns; column += kConvHwcPixels) {
      tile<kConvHwcPixels>(args, weights, channel, column, clamp);
    }
    withConstant<kConvHwcPixels - 1>(args.columns - column, [&]<size_t kPixels>() FILIGREE_INLINE {
      tile<kPixels>(args, weights, channel, column, clamp);
    });
    weights += kConvHwcRowBlock * (1 + taps);
  }
}

}  // namespace filigree::simd
