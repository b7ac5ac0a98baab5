// Bytes of pixels to floats, a pixel at a time.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {

void f32_normalize(const NormalizeArgs& args) {
  const v128_t mean = load(args.mean);
  const v128_t std = load(args.std);
  const uint8_t* source = args.bytes;
  float* target = args.output;
  const auto pixel = [&]() FILIGREE_INLINE {
    const v128_t words = wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(source));
    const v128_t values = wasm_f32x4_convert_u32x4(wasm_u32x4_extend_low_u16x8(words));
    return wasm_f32x4_div(wasm_f32x4_sub(values, mean), std);
  };
  if (args.pixels == 0) return;
  // The fourth lane, alpha or the next pixel's red, lands where the next pixel is written; behind
  // the last one nothing may be.
  FILIGREE_KEEP_ROLLED for (size_t left = args.pixels; left > 1; --left) {
    store(target, pixel());
    source += args.bytesPerPixel;
    target += 3;
  }
  storeLanes(target, pixel(), 3);
}

}  // namespace filigree::simd
