// The multiply-add limit of this build on this machine: loops that touch registers only, with 4 to
// 16 independent sums. Which number is best depends on how many registers the browser's compiler
// leaves and on how long a multiply-add takes; the caller tries several.
#include "wasm_simd/simd.h"

namespace filigree {
namespace {

using namespace simd;

// Each sum is multiplied into itself, sum = offset + sum · factor, and settles at offset / (1 −
// factor): it neither overflows nor becomes denormal, and no round can be computed without the one
// before.
template <size_t kSums>
double recurrences(size_t iterations, float* sink) {
  constexpr size_t kRounds = 4;
  // Volatile, or the compiler would see that all sums are equal and keep one of them.
  const volatile float half = 0.5f;
  const v128_t factor = splat(half);
  const v128_t offset = splat(half);
  v128_t sums[kSums];
  FILIGREE_UNROLL for (v128_t& sum : sums) sum = splat(half);
  for (size_t i = 0; i < iterations; ++i) {
    FILIGREE_UNROLL for (size_t round = 0; round < kRounds; ++round) {
      FILIGREE_UNROLL for (v128_t& sum : sums) sum = multiplyAdd(offset, sum, factor);
    }
  }
  v128_t total = splat(0.0f);
  FILIGREE_UNROLL for (const v128_t& sum : sums) total = wasm_f32x4_add(total, sum);
  *sink = wasm_f32x4_extract_lane(total, 0);
  return static_cast<double>(iterations) * kRounds * kSums * kLanes;
}

}  // namespace

double runPeakLoop(int accumulators, size_t iterations, float* sink) {
  double done = 0;
  withConstant<16>(static_cast<size_t>(accumulators), [&]<size_t kSums>() {
    if constexpr (kSums >= 4) done = recurrences<kSums>(iterations, sink);
  });
  return done;
}

}  // namespace filigree
