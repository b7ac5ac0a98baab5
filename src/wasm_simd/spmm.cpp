// Sparse 1×1 convolution: in come the nonzero weights of each row and the input planes, out goes
// one plane per row.
//
// A tile of pixels stays in registers, 4 lanes each, while the row's nonzeros stream by: per
// nonzero one load and one multiply-add for each vector. Loads are the limit (a core makes two in a
// cycle, as many as multiply-adds), so offsets and weights come in fours with three loads. All rows
// are done for a tile before the next tile is begun: the tile's part of every input plane then
// comes from the L1 cache for all rows but the first.
#include <cstring>

#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

template <int kLane>
inline v128_t splatLane(v128_t value) {
  return wasm_i32x4_shuffle(value, value, kLane, kLane, kLane, kLane);
}

/// Offsets 2 · kPair and the next of a four with one load.
template <int kPair>
inline uint64_t offsetPair(const SpmmFour* four) {
  uint64_t pair;
  std::memcpy(&pair, four->inputOffsetBytes + 2 * kPair, sizeof pair);
  return pair;
}

template <size_t kVectors>
FILIGREE_INLINE inline void allRows(const SpmmArgs& args, size_t firstPixel, size_t lastLanes) {
  const char* input = reinterpret_cast<const char*>(args.input + firstPixel);
  const float* residual = args.residual == nullptr ? nullptr : args.residual + firstPixel;
  float* output = args.output + firstPixel;
  const size_t outputPlane = args.outputPlane;
  const VectorClamp clamp(args.clamp);
  const SpmmFour* four = args.fours + args.row->first;
  const SpmmRow* const last = args.row + args.rows;
  for (const SpmmRow* row = args.row; row != last; ++row) {
    v128_t sums[1][kVectors];
    FILIGREE_UNROLL for (v128_t& sum : sums[0]) sum = loadSplat(&row->bias);
    const auto add = [&](uint64_t offsetBytes, v128_t weight) FILIGREE_INLINE {
      const auto* plane = reinterpret_cast<const float*>(input + static_cast<int32_t>(offsetBytes));
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        sums[0][v] = multiplyAdd(sums[0][v], load(plane + kLanes * v), weight);
      }
    };
    // The ways out between the four also keep compilers from sorting the loads of all four before
    // the first sums, for which there are not enough registers.
    FILIGREE_KEEP_ROLLED for (size_t left = row->nonzeros; left > 0; left -= 4) {
      const v128_t weights = load(four->weight);
      const uint64_t firstPair = offsetPair<0>(four);
      const uint64_t secondPair = offsetPair<1>(four);
      ++four;
      add(firstPair, splatLane<0>(weights));
      if (left == 1) break;
      add(firstPair >> 32, splatLane<1>(weights));
      if (left == 2) break;
      add(secondPair, splatLane<2>(weights));
      if (left == 3) break;
      add(secondPair >> 32, splatLane<3>(weights));
    }
    finishRows(sums, residual, clamp, output, outputPlane, lastLanes);
    if (residual != nullptr) residual += outputPlane;
    output += outputPlane;
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
