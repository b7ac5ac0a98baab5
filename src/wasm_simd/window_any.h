// Any window over one bordered plane, the loop that depthwise convolution and pooling share: a tile
// of kRows × kVectors results stays in registers while the taps go by. Loads are unaligned: they
// cost less than the shuffles that would save them.
#pragma once

#include <algorithm>

#include "wasm_simd/simd.h"

namespace filigree::simd {

/// A Reduction has
///   kMaximumVectors, kSums: how wide a tile may be and how many vectors it may hold;
///   kTapsPerRound:          how many taps one round of the loop takes;
///   initial:                a vector, what a result is without any tap;
///   Tap(reduction, i):      tap i, with operator()(result, value) that takes one vector in.
template <size_t kRows, size_t kVectors, typename Reduction>
FILIGREE_INLINE inline void windowTile(const WindowArgs& args, const Reduction& reduction,
                                       const VectorClamp& clamp, size_t row, size_t column,
                                       size_t lastLanes) {
  v128_t results[kRows][kVectors];
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    FILIGREE_UNROLL for (v128_t& result : results[r]) result = reduction.initial;
  }
  const size_t sourceRow = args.sourceRow;
  const float* source = args.source + row * sourceRow + column;
  const int32_t* taps = args.taps;
  const size_t tapCount = args.tapCount;
  size_t tap = 0;
  const auto takeNext = [&]() FILIGREE_INLINE {
    const float* values = source + taps[tap];
    const typename Reduction::Tap reduce(reduction, tap);
    ++tap;
    FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        results[r][v] = reduce(results[r][v], load(values + r * sourceRow + kLanes * v));
      }
    }
    return tap == tapCount;
  };
  // The branches within a round keep the compiler from mixing one tap's loads with another's sums.
  FILIGREE_KEEP_ROLLED while (tap != tapCount) {
    if (takeNext()) break;
    if constexpr (Reduction::kTapsPerRound == 3) {
      if (takeNext()) break;
      if (takeNext()) break;
    }
  }
  float* output = args.output + row * args.outputRow + column;
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    clamp.apply(results[r]);
    storeRow(output, results[r], lastLanes);
    output += args.outputRow;
  }
}

template <typename Reduction>
void anyWindow(const WindowArgs& args, const Reduction& reduction) {
  const VectorClamp clamp(args.clamp);
  forEachTile<Reduction::kMaximumVectors>(
      args.columns, [&]<size_t kVectors>(size_t column, size_t lastLanes) FILIGREE_INLINE {
        // More than 4 rows of narrow tiles would leave too many rows over on small maps.
        constexpr size_t kRows = std::min(Reduction::kSums / kVectors, size_t{4});
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
