// Activations: in comes an array, out goes f of each element.
//
// Logistic and tanh rest on one e^x − 1 for x ≤ 0, in parts that keep its relative accuracy near
// zero. Both end within 3 units in the last place of float32 over the whole range.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

template <typename Function>
void elementwise(const UnaryArgs& args, const Function& function) {
  size_t i = 0;
  for (; i + kLanes <= args.count; i += kLanes) {
    store(args.output + i, function(load(args.input + i)));
  }
  if (i < args.count) {
    storeLanes(args.output + i, function(load(args.input + i)), args.count - i);
  }
}

/// e^x = scale · (1 + fraction), scale a power of two and |fraction| < 0.42; e^x − 1 without
/// cancellation is scale · fraction + (scale − 1).
struct Exponential {
  v128_t scale;
  v128_t fraction;
};

/// For kSmallestExponent ≤ x ≤ 0, or NaN (the fraction is then NaN).
Exponential exponential(v128_t x) {
  // Adding 1.5 · 2^23 rounds to an integer, which then stands in the lowest bits.
  const v128_t rounder = splat(12582912.0f);
  const v128_t rounded = multiplyAdd(rounder, x, splat(1.44269504f));
  const v128_t power = wasm_f32x4_sub(rounded, rounder);
  // ln 2 in two parts; the product with the first is exact.
  v128_t rest = multiplyAdd(x, power, splat(-0.693359375f));
  rest = multiplyAdd(rest, power, splat(2.12194440e-4f));
  // (e^rest − 1 − rest) / rest², the polynomial of Cephes' expf.
  v128_t tail = splat(1.9875691500e-4f);
  tail = multiplyAdd(splat(1.3981999507e-3f), tail, rest);
  tail = multiplyAdd(splat(8.3334519073e-3f), tail, rest);
  tail = multiplyAdd(splat(4.1665795894e-2f), tail, rest);
  tail = multiplyAdd(splat(1.6666665459e-1f), tail, rest);
  tail = multiplyAdd(splat(5.0000001201e-1f), tail, rest);
  const v128_t fraction = multiplyAdd(rest, wasm_f32x4_mul(rest, rest), tail);
  const v128_t exponent = wasm_i32x4_shl(rounded, 23);
  return {wasm_i32x4_add(exponent, wasm_i32x4_splat(0x3f800000)), fraction};
}

/// The smallest x whose e^x is no denormal.
constexpr float kSmallestExponent = -87.33654f;

/// 1 / (1 + e^−x), written with z = e^−|x| ≤ 1, which cannot overflow: 1 / (1 + z) or z / (1 + z).
v128_t logistic(v128_t x) {
  const v128_t one = splat(1.0f);
  const v128_t negative = wasm_f32x4_neg(wasm_f32x4_abs(x));
  const v128_t smallest = splat(kSmallestExponent);
  const Exponential e = exponential(wasm_f32x4_pmax(negative, smallest));
  const v128_t power = multiplyAdd(e.scale, e.scale, e.fraction);
  const v128_t z = wasm_v128_andnot(power, wasm_f32x4_lt(negative, smallest));
  const v128_t numerator = wasm_v128_bitselect(z, one, wasm_f32x4_lt(x, splat(0.0f)));
  return wasm_f32x4_div(numerator, wasm_f32x4_add(one, z));
}

/// With t = e^(−2 |x|) − 1: tanh |x| = −t / (2 + t), and the sign of x.
v128_t tanh(v128_t x) {
  const v128_t one = splat(1.0f);
  const v128_t magnitude = wasm_f32x4_abs(x);
  // Beyond −40, t is −1 to all digits.
  const v128_t twice = wasm_f32x4_pmax(wasm_f32x4_mul(magnitude, splat(-2.0f)), splat(-40.0f));
  const Exponential e = exponential(twice);
  const v128_t t = multiplyAdd(wasm_f32x4_sub(e.scale, one), e.scale, e.fraction);
  const v128_t result = wasm_f32x4_div(wasm_f32x4_neg(t), wasm_f32x4_add(splat(2.0f), t));
  const v128_t sign = splat(-0.0f);
  return wasm_v128_bitselect(x, result, sign);
}

}  // namespace

void f32_clamp(const UnaryArgs& args) {
  elementwise(args, VectorClamp(args.clamp));
}

void f32_prelu(const UnaryArgs& args) {
  elementwise(args, [slope = splat(args.parameter)](v128_t x) {
    const v128_t isNegative = wasm_f32x4_lt(x, splat(0.0f));
    return wasm_v128_bitselect(wasm_f32x4_mul(x, slope), x, isNegative);
  });
}

void f32_hard_swish(const UnaryArgs& args) {
  elementwise(args, [clamp = VectorClamp({0.0f, 6.0f})](v128_t x) {
    const v128_t part = clamp(wasm_f32x4_add(x, splat(3.0f)));
    return wasm_f32x4_mul(x, wasm_f32x4_mul(part, splat(1.0f / 6.0f)));
  });
}

void f32_logistic(const UnaryArgs& args) { elementwise(args, logistic); }

void f32_tanh(const UnaryArgs& args) { elementwise(args, tanh); }

void f32_sign_bit(const UnaryArgs& args) {
  elementwise(args, [](v128_t x) {
    return wasm_v128_and(wasm_i32x4_shr(x, 31), splat(1.0f));
  });
}

}  // namespace filigree::simd
