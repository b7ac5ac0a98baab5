// Activations: in comes an array, out goes f of each element.
//
// Logistic and tanh rest on one e^x − 1 for x ≤ 0, in parts that keep its relative accuracy near
// zero. Both end within 3 units in the last place of float32 over the whole range.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

template <typename Function>
FILIGREE_INLINE inline void elementwise(const UnaryArgs& args, const Function& function) {
  size_t i = 0;
  for (; i + kLanes <= args.count; i += kLanes) {
    store(args.output + i, function(load(args.input + i)));
  }
  if (i < args.count) {
    storeLanes(args.output + i, function(load(args.input + i)), args.count - i);
  }
}

// Volatile, so that they are loaded from memory and then stay in a register or on the stack. From
// constants in the code V8 builds a vector anew in each round, with several instructions each: half
// as fast.
const volatile float kLog2E = 1.44269504f;
const volatile float kRounder = 12582912.0f;   // 1.5 · 2^23: adding it rounds to an integer
const volatile float kLn2High = 0.693359375f;  // ln 2 in two parts; an integer times this is exact
const volatile float kLn2Low = -2.12194440e-4f;
// (e^x − 1 − x) / x² for |x| ≤ ln 2 / 2, the polynomial of Cephes' expf, highest power first.
constexpr size_t kTerms = 6;
const volatile float kPolynomial[kTerms] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                                            4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
const volatile float kOne = 1.0f;
const volatile float kSmallestExponent = -87.33654f;  // the smallest x whose e^x is no denormal

/// e^x = scale · (1 + fraction), scale a power of two and |fraction| < 0.42. e^x − 1 without
/// cancellation is scale · fraction + (scale − 1).
class Exponential {
 public:
  struct Parts {
    v128_t scale;
    v128_t fraction;
  };

  Exponential() {
    for (size_t i = 0; i < kTerms; ++i) polynomial_[i] = splat(kPolynomial[i]);
  }

  /// For kSmallestExponent ≤ x ≤ 0, or NaN (the fraction is then NaN).
  FILIGREE_INLINE Parts operator()(v128_t x) const {
    // The integer stands in the lowest bits.
    const v128_t rounded = multiplyAdd(rounder_, x, log2E_);
    const v128_t power = wasm_f32x4_sub(rounded, rounder_);
    v128_t rest = multiplyAdd(x, power, minusLn2High_);
    rest = multiplyAdd(rest, power, minusLn2Low_);
    v128_t tail = polynomial_[0];
    FILIGREE_UNROLL for (size_t i = 1; i < kTerms; ++i) {
      tail = multiplyAdd(polynomial_[i], tail, rest);
    }
    const v128_t fraction = multiplyAdd(rest, wasm_f32x4_mul(rest, rest), tail);
    return {wasm_i32x4_add(wasm_i32x4_shl(rounded, 23), one_), fraction};
  }

 private:
  v128_t log2E_ = splat(kLog2E);
  v128_t rounder_ = splat(kRounder);
  v128_t minusLn2High_ = splat(-kLn2High);
  v128_t minusLn2Low_ = splat(-kLn2Low);
  v128_t polynomial_[kTerms];
  v128_t one_ = splat(kOne);
};

/// 1 / (1 + e^−x), written with z = e^−|x| ≤ 1, which cannot overflow: 1 / (1 + z) or z / (1 + z).
class Logistic {
 public:
  FILIGREE_INLINE v128_t operator()(v128_t x) const {
    const v128_t negative = wasm_f32x4_neg(wasm_f32x4_abs(x));
    const auto [scale, fraction] = exponential_(wasm_f32x4_pmax(negative, smallest_));
    const v128_t tooSmall = wasm_f32x4_lt(negative, smallest_);
    const v128_t z = wasm_v128_andnot(multiplyAdd(scale, scale, fraction), tooSmall);
    const v128_t numerator = wasm_v128_bitselect(z, one_, wasm_i32x4_shr(x, 31));
    return wasm_f32x4_div(numerator, wasm_f32x4_add(one_, z));
  }

 private:
  Exponential exponential_;
  v128_t smallest_ = splat(kSmallestExponent);
  v128_t one_ = splat(kOne);
};

/// With t = e^(−2 |x|) − 1: tanh |x| = −t / (2 + t), and the sign of x.
class Tanh {
 public:
  FILIGREE_INLINE v128_t operator()(v128_t x) const {
    const v128_t magnitude = wasm_f32x4_abs(x);
    // Far beyond where t becomes −1 to all digits, the scale leaves the range of float.
    const v128_t twice = wasm_f32x4_add(magnitude, magnitude);
    const auto [scale, fraction] = exponential_(wasm_f32x4_pmax(wasm_f32x4_neg(twice), smallest_));
    const v128_t t = multiplyAdd(wasm_f32x4_sub(scale, one_), scale, fraction);
    const v128_t two = wasm_f32x4_add(one_, one_);
    const v128_t result = wasm_f32x4_div(wasm_f32x4_neg(t), wasm_f32x4_add(two, t));
    return wasm_v128_bitselect(x, result, splat(-0.0f));
  }

 private:
  Exponential exponential_;
  v128_t smallest_ = splat(kSmallestExponent);
  v128_t one_ = splat(kOne);
};

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

void f32_logistic(const UnaryArgs& args) {
  elementwise(args, Logistic());
}

void f32_tanh(const UnaryArgs& args) {
  elementwise(args, Tanh());
}

void f32_sign_bit(const UnaryArgs& args) {
  elementwise(args, [](v128_t x) { return wasm_v128_and(wasm_i32x4_shr(x, 31), splat(1.0f)); });
}

}  // namespace filigree::simd
