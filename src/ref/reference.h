// The scalar kernels, named in table.cpp. Their bodies are the oracle that the SIMD kernels are
// tested against: one loop per sum, in the order that the arguments' comments in kernels.h state.
#pragma once

#include "kernels.h"

namespace filigree::reference {

// The row block of the packed weights is 1 everywhere: a row's bias, then its weights.
inline constexpr size_t kRowBlock = 1;

void f32_spmm_scalar(const SpmmArgs& args);
void f32_spmm_pairs_scalar(const SpmmArgs& args);
void f32_gemm_scalar(const GemmArgs& args);
void f32_gemv_scalar(const GemvArgs& args);
void f32_conv_hwc_scalar(const ConvHwcArgs& args);

void f32_depthwise_3_scalar(const DepthwiseArgs& args);
void f32_depthwise_5_scalar(const DepthwiseArgs& args);
void f32_depthwise_3_stride_2_scalar(const DepthwiseArgs& args);
void f32_depthwise_5_stride_2_scalar(const DepthwiseArgs& args);

void f32_window_convolution_scalar(const WindowArgs& args);
void f32_window_maximum_scalar(const WindowArgs& args);
void f32_window_sum_scalar(const WindowArgs& args);

void f32_add_scalar(const BinaryArgs& args);
void f32_mul_scalar(const BinaryArgs& args);

void f32_clamp_scalar(const UnaryArgs& args);
void f32_prelu_scalar(const UnaryArgs& args);
void f32_hard_swish_scalar(const UnaryArgs& args);
void f32_logistic_scalar(const UnaryArgs& args);
void f32_tanh_scalar(const UnaryArgs& args);
void f32_sign_bit_scalar(const UnaryArgs& args);

float f32_sum_scalar(const float* input, size_t count);
void f32_lerp_scalar(const float* top, const float* bottom, float fraction, float* output,
                     size_t count);
void f32_lerp_gather_scalar(const float* row, const int32_t* left, const int32_t* right,
                            const float* fraction, float* output, size_t count);
void f32_lerp_groups_scalar(const float* row, const LerpGroup* groups, float* output, size_t count);
void f32_transpose_scalar(const float* input, size_t inputRow, float* output, size_t outputRow,
                          size_t rows, size_t columns);
void f32_border_scalar(const BorderArgs& args);
void f32_normalize_scalar(const NormalizeArgs& args);

/// Both comparisons are false for a NaN, which therefore stays.
inline float clamped(float value, const Clamp& clamp) {
  if (value < clamp.minimum) value = clamp.minimum;
  if (value > clamp.maximum) value = clamp.maximum;
  return value;
}

}  // namespace filigree::reference
