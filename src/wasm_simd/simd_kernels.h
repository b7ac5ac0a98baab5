// The SIMD kernels, named in table.cpp. What goes in and out of each is said in kernels.h; the
// files are named after the families.
#pragma once

#include "kernels.h"

namespace filigree::simd {

#if defined(FILIGREE_RELAXED)
inline constexpr bool kIsRelaxed = true;
#else
inline constexpr bool kIsRelaxed = false;
#endif

// 12 sums hide the latency of a fused multiply-add. Unfused, the product is off the sums' path and
// 7 are enough; with more, the compiler of Node 20, which loads a round's pixels all at once, runs
// out of registers and becomes a third to four times as slow.
inline constexpr size_t kSpmmPixelTile = kIsRelaxed ? 48 : 28;
inline constexpr size_t kSpmmPairsPixelTile = kIsRelaxed ? 24 : 16;  // of two rows
inline constexpr size_t kGemmRowBlock = 6;
inline constexpr size_t kGemmPixelTile = 8;
inline constexpr size_t kGemvRowBlock = 8;
inline constexpr size_t kGemvPixelTile = 4;
inline constexpr size_t kConvHwcRowBlock = 8;
// 2 sums for each, and as many pixels as lanes, so that a tile is turned into planes as a whole.
inline constexpr size_t kConvHwcPixels = 4;

void f32_spmm(const SpmmArgs& args);
void f32_spmm_pairs(const SpmmArgs& args);
void f32_gemm_8x6(const GemmArgs& args);
void f32_gemv_8(const GemvArgs& args);
void f32_conv_hwc(const ConvHwcArgs& args);

void f32_depthwise_3(const DepthwiseArgs& args);
void f32_depthwise_5(const DepthwiseArgs& args);
void f32_depthwise_3_stride_2(const DepthwiseArgs& args);
void f32_depthwise_5_stride_2(const DepthwiseArgs& args);

void f32_window_convolution(const WindowArgs& args);
void f32_window_maximum(const WindowArgs& args);
void f32_window_sum(const WindowArgs& args);

void f32_add(const BinaryArgs& args);
void f32_mul(const BinaryArgs& args);

void f32_clamp(const UnaryArgs& args);
void f32_prelu(const UnaryArgs& args);
void f32_hard_swish(const UnaryArgs& args);
void f32_logistic(const UnaryArgs& args);
void f32_tanh(const UnaryArgs& args);
void f32_sign_bit(const UnaryArgs& args);

float f32_sum(const float* input, size_t count);
void f32_lerp(const float* top, const float* bottom, float fraction, float* output, size_t count);
void f32_lerp_gather(const float* row, const int32_t* left, const int32_t* right,
                     const float* fraction, float* output, size_t count);
void f32_lerp_groups(const float* row, const LerpGroup* groups, float* output, size_t count);
void f32_transpose(const float* input, size_t inputRow, float* output, size_t outputRow,
                   size_t rows, size_t columns);
void f32_border(const BorderArgs& args);
void f32_normalize(const NormalizeArgs& args);

}  // namespace filigree::simd
