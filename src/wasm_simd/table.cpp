// The table of the SIMD kernels.
#include "wasm_simd/simd_kernels.h"

namespace filigree {
namespace {

using namespace simd;

constexpr SpmmKernel kSpmm[] = {
    {kIsRelaxed ? "f32_spmm_48x1" : "f32_spmm_28x1", 1, kSpmmPixelTile, f32_spmm},
    {kIsRelaxed ? "f32_spmm_24x2" : "f32_spmm_16x2", 2, kSpmmPairsPixelTile, f32_spmm_pairs}};
constexpr GemmKernel kGemm[] = {{"f32_gemm_8x6", kGemmRowBlock, kGemmPixelTile, f32_gemm_8x6}};
constexpr GemvKernel kGemv[] = {{"f32_gemv_8", kGemvRowBlock, kGemvPixelTile, f32_gemv_8}};
constexpr ConvHwcKernel kConvHwc[] = {{"f32_conv_hwc_4x8", kConvHwcRowBlock, f32_conv_hwc}};
constexpr DepthwiseKernel kDepthwise[] = {
    {"f32_depthwise_3", 3, 1, f32_depthwise_3},
    {"f32_depthwise_5", 5, 1, f32_depthwise_5},
    {"f32_depthwise_3_stride_2", 3, 2, f32_depthwise_3_stride_2},
    {"f32_depthwise_5_stride_2", 5, 2, f32_depthwise_5_stride_2}};
constexpr WindowKernel kWindow[] = {
    {"f32_window_convolution", WindowKind::Convolution, f32_window_convolution},
    {"f32_window_maximum", WindowKind::Maximum, f32_window_maximum},
    {"f32_window_sum", WindowKind::Sum, f32_window_sum},
};
constexpr BinaryKernel kBinary[] = {
    {"f32_add", Binary::Add, f32_add},
    {"f32_mul", Binary::Mul, f32_mul},
};
constexpr UnaryKernel kUnary[] = {
    {"f32_clamp", Unary::Clamp, f32_clamp},
    {"f32_prelu", Unary::Prelu, f32_prelu},
    {"f32_hard_swish", Unary::HardSwish, f32_hard_swish},
    {"f32_logistic", Unary::Logistic, f32_logistic},
    {"f32_tanh", Unary::Tanh, f32_tanh},
    {"f32_sign_bit", Unary::SignBit, f32_sign_bit},
};

constexpr KernelTable kTable = {
    .name = kIsRelaxed ? "relaxed" : "simd",
    .spmm = kSpmm,
    .gemm = kGemm,
    .gemv = kGemv,
    .convHwc = kConvHwc,
    .depthwise = kDepthwise,
    .window = kWindow,
    .binary = kBinary,
    .unary = kUnary,
    .sum = f32_sum,
    .lerp = f32_lerp,
    .lerpGather = f32_lerp_gather,
    .lerpGroups = f32_lerp_groups,
    .transpose = f32_transpose,
    .border = f32_border,
    .normalize = f32_normalize,
};

}  // namespace

const KernelTable& simdKernels() {
  return kTable;
}

}  // namespace filigree
