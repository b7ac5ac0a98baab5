// Elementwise sums and products: in come two arrays, or an array and one number, out goes an array.
// Bound by memory: one vector at a time is enough.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

template <typename Operation>
void elementwise(const BinaryArgs& args, const Operation& operation) {
  const VectorClamp clamp(args.clamp);
  const auto forEachVector = [&](auto second) {
    size_t i = 0;
    for (; i + kLanes <= args.count; i += kLanes) {
      store(args.output + i, clamp(operation(load(args.a + i), second(i))));
    }
    if (i < args.count) {
      storeLanes(args.output + i, clamp(operation(load(args.a + i), second(i))), args.count - i);
    }
  };
  if (args.bIsScalar) {
    forEachVector([scalar = loadSplat(args.b)](size_t) { return scalar; });
  } else {
    forEachVector([b = args.b](size_t i) { return load(b + i); });
  }
}

}  // namespace

void f32_add(const BinaryArgs& args) {
  elementwise(args, [](v128_t a, v128_t b) { return wasm_f32x4_add(a, b); });
}

void f32_mul(const BinaryArgs& args) {
  elementwise(args, [](v128_t a, v128_t b) { return wasm_f32x4_mul(a, b); });
}

}  // namespace filigree::simd
