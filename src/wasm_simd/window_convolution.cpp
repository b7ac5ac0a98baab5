// Depthwise convolution: in comes one bordered plane and its window of weights, out goes one plane.
//
// One kernel for all windows: those with a stride or a dilation. (depthwise.cpp has the others.)
#include "wasm_simd/simd_kernels.h"
#include "wasm_simd/window_any.h"

namespace filigree::simd {
namespace {

struct WeightedSum {
  // As for kSpmmPixelTile: unfused, the products take registers of their own.
  static constexpr size_t kMaximumVectors = kIsRelaxed ? 6 : 4;
  static constexpr size_t kSums = kIsRelaxed ? 12 : 8;
  static constexpr size_t kTapsPerRound = kIsRelaxed ? 3 : 1;

  explicit WeightedSum(const WindowArgs& args) : initial(splat(args.bias)), weights(args.weights) {}
  v128_t initial;
  const float* weights;
  struct Tap {
    Tap(const WeightedSum& sum, size_t tap) : weight(loadSplat(sum.weights + tap)) {}
    v128_t operator()(v128_t sum, v128_t value) const { return multiplyAdd(sum, value, weight); }
    v128_t weight;
  };
};

}  // namespace

void f32_window_convolution(const WindowArgs& args) {
  anyWindow(args, WeightedSum(args));
}

}  // namespace filigree::simd
