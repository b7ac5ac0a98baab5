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

/// `sums[pixel][vector of channels]` as columns of the planes from `channel` on.
template <size_t kPixels>
FILIGREE_INLINE inline void storePlanes(const ConvHwcArgs& args,
                                        const v128_t (&sums)[kPixels][kVectors], size_t channel,
                                        size_t column) {
  FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
    FILIGREE_UNROLL for (size_t first = 0; first < kPixels; first += kLanes) {
      constexpr size_t kLast = kPixels - 1;
      v128_t planes[kLanes];
      FILIGREE_UNROLL for (size_t p = 0; p < kLanes; ++p) {
        planes[p] = sums[std::min(first + p, kLast)][v];
      }
      transpose4(planes);
      FILIGREE_UNROLL for (size_t lane = 0; lane < kLanes; ++lane) {
        const size_t plane = channel + kLanes * v + lane;
        if (plane >= args.outputChannels) break;
        storeLanes(args.output + plane * args.outputPlane + column + first, planes[lane],
                   std::min(kPixels - first, kLanes));
      }
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
  // Without dilation a kernel row is one run of floats.
  const bool dense = args.dilationX == 1;
  const size_t runs = dense ? 1 : args.kernelWidth;
  const size_t runFloats = dense ? args.kernelWidth * args.inputChannels : args.inputChannels;
  const size_t pixelPitch = args.strideX * args.inputChannels;
  for (size_t y = 0; y < args.kernelHeight; ++y) {
    const float* source = args.sourceRows[y] + column * pixelPitch;
    for (size_t run = 0; run < runs; ++run) {
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
      source += args.dilationX * args.inputChannels;
    }
  }
  FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) clamp.apply(sums[p]);
  storePlanes(args, sums, channel, column);
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
