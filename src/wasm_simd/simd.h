// The vector vocabulary of the SIMD kernels: WebAssembly's intrinsics (natively SIMDe's translation
// of them, for tests under sanitizers) and the few helpers that all families share.
#pragma once

#include <cstddef>
#include <limits>
#include <utility>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#else
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>
#endif

#include "kernels.h"

/// Loops over a tile's registers must vanish, or its accumulators live in memory.
#define FILIGREE_UNROLL _Pragma("clang loop unroll(full)")

/// On the loops over a sum's terms. LLVM would put several rounds into one, sort all their loads to
/// the front and so need more registers than there are: up to four times as slow.
#define FILIGREE_KEEP_ROLLED _Pragma("clang loop unroll(disable)")

/// On what turns numbers into template arguments: as a call it would pass its captures through
/// memory.
#define FILIGREE_INLINE __attribute__((always_inline))

namespace filigree::simd {

inline constexpr size_t kLanes = 4;

inline v128_t load(const float* source) {
  return wasm_v128_load(source);
}
inline v128_t splat(float value) {
  return wasm_f32x4_splat(value);
}
inline v128_t loadSplat(const float* source) {
  return wasm_v128_load32_splat(source);
}
inline void store(float* target, v128_t value) {
  wasm_v128_store(target, value);
}

/// accumulator + a · b, rounded once in the relaxed build (on machines that can), twice in the
/// other.
inline v128_t multiplyAdd(v128_t accumulator, v128_t a, v128_t b) {
#if defined(FILIGREE_RELAXED) && defined(__wasm_relaxed_simd__)
  return wasm_f32x4_relaxed_madd(a, b, accumulator);
#else
  return wasm_f32x4_add(accumulator, wasm_f32x4_mul(a, b));
#endif
}

/// Bytes of `value` in another order; all indices are below 16.
inline v128_t swizzle(v128_t value, v128_t indices) {
#if defined(FILIGREE_RELAXED) && defined(__wasm_relaxed_simd__)
  return wasm_i8x16_relaxed_swizzle(value, indices);
#else
  return wasm_i8x16_swizzle(value, indices);
#endif
}

/// Writes the first `lanes` (1 to 4) lanes and not a byte more.
inline void storeLanes(float* target, v128_t value, size_t lanes) {
  if (lanes == kLanes) {
    store(target, value);
    return;
  }
  if (lanes >= 2) wasm_v128_store64_lane(target, value, 0);
  if (lanes == 1) wasm_v128_store32_lane(target, value, 0);
  if (lanes == 3) wasm_v128_store32_lane(target + 2, value, 2);
}

/// Clamp in registers. pmin and pmax return their first operand unless the second is smaller or
/// larger, so a NaN in the value stays, and each is one machine instruction (f32x4.min and max are
/// many).
class VectorClamp {
 public:
  explicit VectorClamp(const Clamp& clamp)
      : minimum_(splat(clamp.minimum)),
        maximum_(splat(clamp.maximum)),
        isNeeded_(clamp.minimum > -std::numeric_limits<float>::infinity() ||
                  clamp.maximum < std::numeric_limits<float>::infinity()) {}

  v128_t operator()(v128_t value) const {
    return wasm_f32x4_pmin(wasm_f32x4_pmax(value, minimum_), maximum_);
  }

  /// A tile of results at once: nothing to do for many layers, which a branch per tile makes use
  /// of.
  template <size_t kCount>
  FILIGREE_INLINE void apply(v128_t (&values)[kCount]) const {
    if (!isNeeded_) return;
    FILIGREE_UNROLL for (v128_t& value : values) value = (*this)(value);
  }

  template <size_t kRows, size_t kCount>
  FILIGREE_INLINE void apply(v128_t (&rows)[kRows][kCount]) const {
    if (!isNeeded_) return;
    FILIGREE_UNROLL for (auto& values : rows) {
      FILIGREE_UNROLL for (v128_t& value : values) value = (*this)(value);
    }
  }

 private:
  v128_t minimum_;
  v128_t maximum_;
  bool isNeeded_;
};

/// The end of a tile's row: full vectors, of the last one only `lastLanes` lanes.
template <size_t kVectors>
FILIGREE_INLINE inline void storeRow(float* target, const v128_t (&values)[kVectors],
                                     size_t lastLanes) {
  FILIGREE_UNROLL for (size_t v = 0; v + 1 < kVectors; ++v) store(target + kLanes * v, values[v]);
  storeLanes(target + kLanes * (kVectors - 1), values[kVectors - 1], lastLanes);
}

/// The end of a tile of kRows planes: adds what lies at `residual` (null: nothing), clamps, and
/// writes to `output`; of each both the planes are `plane` apart.
template <size_t kRows, size_t kVectors>
FILIGREE_INLINE inline void finishRows(v128_t (&sums)[kRows][kVectors], const float* residual,
                                       const VectorClamp& clamp, float* output, size_t plane,
                                       size_t lastLanes) {
  if (residual != nullptr) {
    FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        sums[r][v] = wasm_f32x4_add(sums[r][v], load(residual + kLanes * v));
      }
      residual += plane;
    }
  }
  clamp.apply(sums);
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    storeRow(output, sums[r], lastLanes);
    output += plane;
  }
}

/// Calls body.operator()<count>() for 1 ≤ count ≤ kMaximum: from a number to a template argument.
template <size_t kMaximum, typename Body>
FILIGREE_INLINE inline void withConstant(size_t count, const Body& body) {
  [&]<size_t... kIndex>(std::index_sequence<kIndex...>) FILIGREE_INLINE {
    (void)((count == kIndex + 1 && (body.template operator()<kIndex + 1>(), true)) || ...);
  }(std::make_index_sequence<kMaximum>{});
}

/// Calls body.operator()<0>(), then <1> and so on, kCount of them at most, while they return true:
/// a loop whose index is a constant and which may end early.
template <size_t kCount, typename Body>
FILIGREE_INLINE inline void forConstants(const Body& body) {
  [&]<size_t... kIndex>(std::index_sequence<kIndex...>) FILIGREE_INLINE {
    (void)(body.template operator()<kIndex>() && ...);
  }(std::make_index_sequence<kCount>{});
}

/// Splits `count` floats into tiles of at most kMaximum vectors that are as equal as they can be
/// (13 vectors become 7 + 6, not 8 + 4 + 1: narrow tiles wait for their own sums) and calls
/// body.operator()<vectors>(first float, lanes in the tile's last vector) for each.
template <size_t kMaximum, typename Body>
FILIGREE_INLINE inline void forEachTile(size_t count, const Body& body) {
  const size_t vectors = (count + kLanes - 1) / kLanes;
  size_t tilesLeft = (vectors + kMaximum - 1) / kMaximum;
  size_t vectorsLeft = vectors;
  for (size_t first = 0; tilesLeft > 0; --tilesLeft) {
    const size_t width = (vectorsLeft + tilesLeft - 1) / tilesLeft;
    vectorsLeft -= width;
    const size_t end = first + width * kLanes;
    const size_t lastLanes = end <= count ? kLanes : kLanes - (end - count);
    withConstant<kMaximum>(width, [&]<size_t kVectors>() FILIGREE_INLINE {
      body.template operator()<kVectors>(first, lastLanes);
    });
    first = end;
  }
}

/// 4×4 transpose in registers.
inline void transpose4(v128_t (&rows)[4]) {
  const v128_t low01 = wasm_i32x4_shuffle(rows[0], rows[1], 0, 4, 1, 5);
  const v128_t high01 = wasm_i32x4_shuffle(rows[0], rows[1], 2, 6, 3, 7);
  const v128_t low23 = wasm_i32x4_shuffle(rows[2], rows[3], 0, 4, 1, 5);
  const v128_t high23 = wasm_i32x4_shuffle(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = wasm_i64x2_shuffle(low01, low23, 0, 2);
  rows[1] = wasm_i64x2_shuffle(low01, low23, 1, 3);
  rows[2] = wasm_i64x2_shuffle(high01, high23, 0, 2);
  rows[3] = wasm_i64x2_shuffle(high01, high23, 1, 3);
}

}  // namespace filigree::simd
