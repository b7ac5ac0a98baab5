// The first convolution: in come the interleaved input rows that one output row needs, out goes that
// row of every output plane.
//
// The lanes run over 8 output channels, since the few input channels of neighbouring pixels lie
// between each other; 4 output pixels share the weights. At the end the tile is transposed, so that
// planes are written 4 pixels at a time.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

constexpr size_t kVectors = kConvHwcRowBlock / kLanes;
constexpr size_t kMaximumPixels = 4;

template <size_t kPixels>
void tile(const ConvHwcArgs& args, const float* weights, size_t channel, size_t column,
          const VectorClamp& clamp) {
  v128_t sums[kMaximumPixels][kVectors];
  FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
    const v128_t bias = load(weights + kLanes * v);
    FILIGREE_UNROLL for (size_t p = 0; p < kMaximumPixels; ++p) sums[p][v] = bias;
  }
  weights += kConvHwcRowBlock;
  // Without dilation a kernel row is one run of floats.
  const bool dense = args.dilationX == 1;
  const size_t runs = dense ? 1 : args.kernelWidth;
  const size_t runFloats = dense ? args.kernelWidth * args.inputChannels : args.inputChannels;
  const size_t runPitch = args.dilationX * args.inputChannels;
  const size_t pixelPitch = args.strideX * args.inputChannels;
  for (size_t y = 0; y < args.kernelHeight; ++y) {
    for (size_t run = 0; run < runs; ++run) {
      const float* source = args.sourceRows[y] + column * pixelPitch + run * runPitch;
      for (size_t i = 0; i < runFloats; ++i) {
        v128_t weight[kVectors];
        FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) weight[v] = load(weights + kLanes * v);
        FILIGREE_UNROLL for (size_t p = 0; p < kPixels; ++p) {
          const v128_t value = loadSplat(source + p * pixelPitch + i);
          FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
            sums[p][v] = multiplyAdd(sums[p][v], value, weight[v]);
          }
        }
        weights += kConvHwcRowBlock;
      }
    }
  }
  FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
    v128_t planes[4] = {sums[0][v], sums[1][v], sums[2][v], sums[3][v]};
    transpose4(planes);
    FILIGREE_UNROLL for (size_t lane = 0; lane < kLanes; ++lane) {
      const size_t output = channel + kLanes * v + lane;
      if (output >= args.outputChannels) return;
      storeLanes(args.output + output * args.outputPlane + column, clamp(planes[lane]), kPixels);
    }
  }
}

}  // namespace

void f32_conv_hwc_4x8(const ConvHwcArgs& args) {
  const VectorClamp clamp(args.clamp);
  const size_t taps = args.kernelHeight * args.kernelWidth * args.inputChannels;
  const float* weights = args.weights;
  for (size_t channel = 0; channel < args.outputChannels; channel += kConvHwcRowBlock) {
    size_t column = 0;
    for (; column + kMaximumPixels <= args.columns; column += kMaximumPixels) {
      tile<kMaximumPixels>(args, weights, channel, column, clamp);
    }
    withConstant<kMaximumPixels - 1>(args.columns - column, [&]<size_t kPixels>() {
      tile<kPixels>(args, weights, channel, column, clamp);
    });
    weights += kConvHwcRowBlock * (1 + taps);
  }
}

}  // namespace filigree::simd
