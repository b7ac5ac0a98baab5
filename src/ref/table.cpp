// The table of the scalar kernels, one row per family and kind.
#include "ref/reference.h"

namespace filigree {
namespace {

using namespace reference;

constexpr SpmmKernel kSpmm[] = {{"f32_spmm_scalar", 1, 1, f32_spmm_scalar},
                                {"f32_spmm_pairs_scalar", 2, 1, f32_spmm_pairs_scalar}};
constexpr GemmKernel kGemm[] = {{"f32_gemm_scalar", kRowBlock, 1, f32_gemm_scalar}};
constexpr GemvKernel kGemv[] = {{"f32_gemv_scalar", kRowBlock, 1, f32_gemv_scalar}};
constexpr ConvHwcKernel kConvHwc[] = {{"f32_conv_hwc_scalar", kRowBlock, f32_conv_hwc_scalar}};
constexpr DepthwiseKernel kDepthwise[] = {
    {"f32_depthwise_3_scalar", 3, 1, f32_depthwise_3_scalar},
    {"f32_depthwise_5_scalar", 5, 1, f32_depthwise_5_scalar},
    {"f32_depthwise_3_stride_2_scalar", 3, 2, f32_depthwise_3_stride_2_scalar},
    {"f32_depthwise_5_stride_2_scalar", 5, 2, f32_depthwise_5_stride_2_scalar}};
constexpr WindowKernel kWindow[] = {
    {"f32_window_convolution_scalar", WindowKind::Convolution, f32_window_convolution_scalar},
    {"f32_window_maximum_scalar", WindowKind::Maximum, f32_window_maximum_scalar},
    {"f32_window_sum_scalar", WindowKind::Sum, f32_window_sum_scalar},
};
constexpr BinaryKernel kBinary[] = {
    {"f32_add_scalar", Binary::Add, f32_add_scalar},
    {"f32_mul_scalar", Binary::Mul, f32_mul_scalar},
};
constexpr UnaryKernel kUnary[] = {
    {"f32_clamp_scalar", Unary::Clamp, f32_clamp_scalar},
    {"f32_prelu_scalar", Unary::Prelu, f32_prelu_scalar},
    {"f32_hard_swish_scalar", Unary::HardSwish, f32_hard_swish_scalar},
    {"f32_logistic_scalar", Unary::Logistic, f32_logistic_scalar},
    {"f32_tanh_scalar", Unary::Tanh, f32_tanh_scalar},
    {"f32_sign_bit_scalar", Unary::SignBit, f32_sign_bit_scalar},
};

constexpr KernelTable kTable = {
    .name = "reference",
    .spmm = kSpmm,
    .gemm = kGemm,
    .gemv = kGemv,
    .convHwc = kConvHwc,
    .depthwise = kDepthwise,
    .window = kWindow,
    .binary = kBinary,
    .unary = kUnary,
    .sum = f32_sum_scalar,
    .lerp = f32_lerp_scalar,
    .lerpGather = f32_lerp_gather_scalar,
    .lerpGroups = f32_lerp_groups_scalar,
    .transpose = f32_transpose_scalar,
    .border = f32_border_scalar,
    .normalize = f32_normalize_scalar,
};

}  // namespace

const KernelTable& referenceKernels() {
  return kTable;
}

}  // namespace filigree
