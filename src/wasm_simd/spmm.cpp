// Sparse 1×1 convolution: in come the nonzero weights of each row and the input planes, out goes
// one plane per row.
//
// A tile of pixels stays in registers, 4 lanes each, while the row's nonzeros stream by: per
// nonzero one splat of the weight and, for each vector, one load and one multiply-add. The offsets
// of the entries are absolute, so that the loads of many nonzeros are under way at once. All rows
// are done for a tile before the next tile is begun: the tile's part of every input plane then
// comes from the L1 cache for all rows but the first.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

// The branch between the two keeps the compiler from sorting the second one's loads before the
// first one's sums, for which there are not enough registers. Unfused, one per round is as fast.
constexpr bool kTwoPerRound = kIsRelaxed;

inline const float* at(const char* base, ptrdiff_t offsetBytes) {
  return reinterpret_cast<const float*>(base + offsetBytes);
}

template <size_t kVectors>
FILIGREE_INLINE inline void allRows(const SpmmArgs& args, size_t firstPixel, size_t lastLanes) {
  const char* input = reinterpret_cast<const char*>(args.input + firstPixel);
  const float* residual = args.residual == nullptr ? nullptr : args.residual + firstPixel;
  float* output = args.output + firstPixel;
  const VectorClamp clamp(args.clamp);
  const SpmmEntry* entry = args.entries + args.rowStart[0];
  for (size_t row = 0; row < args.rows; ++row) {
    v128_t sums[kVectors];
    FILIGREE_UNROLL for (v128_t& sum : sums) sum = loadSplat(args.bias + row);
    const SpmmEntry* end = args.entries + args.rowStart[row + 1];
    const auto addNext = [&]() FILIGREE_INLINE {
      const float* plane = at(input, entry->inputOffsetBytes);
      const v128_t weight = loadSplat(&entry->weight);
      ++entry;
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        sums[v] = multiplyAdd(sums[v], load(plane + kLanes * v), weight);
      }
    };
    FILIGREE_KEEP_ROLLED while (entry != end) {
      addNext();
      if constexpr (kTwoPerRound) {
        if (entry == end) break;
        addNext();
      }
    }
    if (residual != nullptr) {
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        sums[v] = wasm_f32x4_add(sums[v], load(residual + kLanes * v));
      }
      residual += args.outputPlane;
    }
    clamp.apply(sums);
    storeRow(output, sums, lastLanes);
    output += args.outputPlane;
  }
}

}  // namespace

void f32_spmm(const SpmmArgs& args) {
  constexpr size_t kMaximum = kSpmmPixelTile / kLanes;
  forEachTile<kMaximum>(args.pixels,
                        [&]<size_t kVectors>(size_t firstPixel, size_t lastLanes)
                            FILIGREE_INLINE { allRows<kVectors>(args, firstPixel, lastLanes); });
}

}  // namespace filigree::simd
