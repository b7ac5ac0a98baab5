// Any window over one bordered plane, the loop that general convolution and pooling share: a tile of
// kRows × kVectors results stays in registers while the taps go by.
#pragma once

#include "wasm_simd/simd.h"

namespace filigree::simd {

/// Reduction: `v128_t initial` and `v128_t operator()(v128_t sum, v128_t value, size_t tap) const`.
template <size_t kRows, size_t kVectors, typename Reduction>
FILIGREE_INLINE inline void windowTile(const WindowArgs& args, const Reduction& reduction, const VectorClamp& clamp,
                size_t row, size_t column, size_t lastLanes) {
  v128_t results[kRows][kVectors];
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) results[r][v] = reduction.initial;
  }
  const float* source = args.source + row * args.sourceRow + column;
  FILIGREE_KEEP_ROLLED for (size_t tap = 0; tap < args.tapCount; ++tap) {
    const float* values = source + args.taps[tap];
    const typename Reduction::Tap reduce(reduction, tap);
    FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        results[r][v] = reduce(results[r][v], load(values + r * args.sourceRow + kLanes * v));
      }
    }
  }
  float* output = args.output + row * args.outputRow + column;
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    clamp.apply(results[r]);
    storeRow(output, results[r], lastLanes);
    output += args.outputRow;
  }
}

/// Rows at a time: 8 results hide the latency of a multiply-add, and more need too many registers.
constexpr size_t windowRows(size_t vectors) { return vectors >= 3 ? 2 : 4; }

template <typename Reduction>
void anyWindow(const WindowArgs& args, const Reduction& reduction) {
  const VectorClamp clamp(args.clamp);
  forEachTile<4>(args.columns, [&]<size_t kVectors>(size_t column,
                                                    size_t lastLanes) FILIGREE_INLINE {
    constexpr size_t kRows = windowRows(kVectors);
    size_t row = 0;
    for (; row + kRows <= args.rows; row += kRows) {
      windowTile<kRows, kVectors>(args, reduction, clamp, row, column, lastLanes);
    }
    withConstant<kRows - 1>(args.rows - row, [&]<size_t kRest>() FILIGREE_INLINE {
      windowTile<kRest, kVectors>(args, reduction, clamp, row, column, lastLanes);
    });
  });
}

}  // namespace filigree::simd
