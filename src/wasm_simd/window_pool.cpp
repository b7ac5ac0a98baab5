// Pooling: in comes one bordered plane, out goes the maximum or the sum under each window.
//
// Rare and small in the networks at hand, so the tiles are kept few.
#include <limits>

#include "wasm_simd/simd_kernels.h"
#include "wasm_simd/window_any.h"

namespace filigree::simd {
namespace {

struct PoolTiles {
  static constexpr size_t kMaximumVectors = 4;
  static constexpr size_t kSums = 8;
  static constexpr size_t kTapsPerRound = 1;
};

struct Maximum : PoolTiles {
  v128_t initial = splat(-std::numeric_limits<float>::infinity());
  struct Tap {
    Tap(const Maximum&, size_t) {}
    // Takes the value only when it is larger: a NaN is passed over.
    v128_t operator()(v128_t maximum, v128_t value) const {
      return wasm_f32x4_pmax(maximum, value);
    }
  };
};

struct Sum : PoolTiles {
  explicit Sum(float bias) : initial(splat(bias)) {}
  v128_t initial;
  struct Tap {
    Tap(const Sum&, size_t) {}
    v128_t operator()(v128_t sum, v128_t value) const { return wasm_f32x4_add(sum, value); }
  };
};

}  // namespace

void f32_window_maximum(const WindowArgs& args) {
  anyWindow(args, Maximum());
}

void f32_window_sum(const WindowArgs& args) {
  anyWindow(args, Sum(args.bias));
}

}  // namespace filigree::simd
