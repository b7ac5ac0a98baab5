// Depthwise convolution of stride 1 or 2: in come planes as they lie in memory, out go planes.
//
// A tile is a column of vectors, kRows high, whose sums stay in registers. One column of the window
// at a time (with stride 2 two: the even and the odd floats of two loads), its weights are in
// registers and each source row is loaded once for all the output rows that it meets. Loads are
// unaligned: they cost less than the shuffles that would save them.
//
// What a row's first and last tiles load beyond its ends belongs to its neighbours and is masked
// away; in place of rows outside the map a row of zeros is read.
#include <algorithm>

#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

template <size_t kSize_, size_t kStride_, size_t kRows_>
struct Tile {
  static constexpr size_t kSize = kSize_;
  static constexpr size_t kStride = kStride_;
  static constexpr size_t kRows = kRows_;
  static constexpr size_t kSourceRows = kStride * (kRows - 1) + kSize;
  /// The compilers of browsers finish one sum after the other. With stride 2 all of a sum's terms
  /// stand in one block, and two shorter chains of additions take less time than a long one.
  static constexpr size_t kParts = kStride;
  /// For the same reason a long column is summed up on its own: the next column's terms then wait
  /// for one addition only. Worth it from five terms on, where products are not apart anyway.
  static constexpr bool kSumsColumns = kIsRelaxed && kStride == 1 && kSize >= 5;
  /// Whether rows that are neighbours are read by way of NeighbouringRows. Measured: with stride 2,
  /// and unfused with 3×3, it takes longer.
  static constexpr bool kAsksForNeighbours = kStride == 1 && (kIsRelaxed || kSize >= 5);
  using Sums = v128_t[kParts][kRows];
};

/// The rows that a tile reads, from one of their columns on and one after the other. Any rows, each
/// given from its first column on, zeros before the map included …
template <size_t kCount>
struct AnyRows {
  const float* rows[kCount];
  struct Cursor {
    const float* const* row;
    size_t column;
    const float* next() { return *row++ + column; }
  };
  Cursor from(size_t column) const { return {rows, column}; }
};

/// … or rows that are neighbours in the map, which take fewer registers to find.
struct NeighbouringRows {
  const float* first;
  size_t pitch;
  struct Cursor {
    const float* row;
    size_t pitch;
    const float* next() {
      const float* current = row;
      row += pitch;
      return current;
    }
  };
  Cursor from(size_t column) const { return {first + column, pitch}; }
};

/// kCount neighbouring columns, from `first` on, of the windows of four outputs.
template <size_t kStride, size_t kCount>
FILIGREE_INLINE inline void loadColumns(const void* first, v128_t (&columns)[kCount]) {
  const auto* at = static_cast<const float*>(first);
  if constexpr (kStride == 1) {
    static_assert(kCount == 1);
    columns[0] = load(at);
  } else {
    static_assert(kCount <= 2);
    const v128_t low = load(at);
    const v128_t high = load(at + kLanes);
    columns[0] = wasm_i32x4_shuffle(low, high, 0, 2, 4, 6);
    if constexpr (kCount == 2) columns[1] = wasm_i32x4_shuffle(low, high, 1, 3, 5, 7);
  }
}

/// Adds kCount columns of the window, which meet the source from `column` on. `inside`: null, or
/// masks from column 0 on.
template <typename T, size_t kCount, bool kMasked, typename Rows>
FILIGREE_INLINE inline void addColumns(typename T::Sums& sums, const Rows& rows,
                                       const uint32_t* inside, size_t column,
                                       const float* weightColumn) {
  v128_t weights[T::kSize][kCount];
  FILIGREE_UNROLL for (size_t y = 0; y < T::kSize; ++y) {
    FILIGREE_UNROLL for (size_t x = 0; x < kCount; ++x) {
      weights[y][x] = loadSplat(weightColumn + y * T::kSize + x);
    }
  }
  v128_t masks[kCount];
  if constexpr (kMasked) loadColumns<T::kStride>(inside + column, masks);
  v128_t ofColumn[T::kRows];
  typename Rows::Cursor cursor = rows.from(column);
  FILIGREE_UNROLL for (size_t source = 0; source < T::kSourceRows; ++source) {
    v128_t values[kCount];
    loadColumns<T::kStride>(cursor.next(), values);
    FILIGREE_UNROLL for (size_t x = 0; x < kCount; ++x) {
      if constexpr (kMasked) values[x] = wasm_v128_and(values[x], masks[x]);
      FILIGREE_UNROLL for (size_t r = 0; r < T::kRows; ++r) {
        if (source < T::kStride * r || source - T::kStride * r >= T::kSize) continue;
        const size_t y = source - T::kStride * r;
        v128_t& sum = sums[y % T::kParts][r];
        if constexpr (T::kSumsColumns) {
          ofColumn[r] = y == 0 ? wasm_f32x4_mul(values[x], weights[y][x])
                               : multiplyAdd(ofColumn[r], values[x], weights[y][x]);
          if (y + 1 == T::kSize) sum = wasm_f32x4_add(sum, ofColumn[r]);
        } else {
          sum = multiplyAdd(sum, values[x], weights[y][x]);
        }
      }
    }
  }
}

/// Four columns of outputs from `column` on; of masked ones the first `columns` are written.
template <typename T, bool kMasked, typename Rows>
FILIGREE_INLINE inline void tile(const DepthwiseArgs& args, const VectorClamp& clamp,
                                 const Rows& rows, const float* weights, v128_t bias, size_t column,
                                 size_t columns, float* output) {
  typename T::Sums sums;
  FILIGREE_UNROLL for (size_t part = 0; part < T::kParts; ++part) {
    FILIGREE_UNROLL for (v128_t& sum : sums[part]) sum = part == 0 ? bias : splat(0);
  }
  constexpr size_t kStep = T::kStride;
  constexpr size_t kWholeSteps = T::kSize / kStep * kStep;
  const size_t source = T::kStride * column;
  FILIGREE_KEEP_ROLLED for (size_t x = 0; x < kWholeSteps; x += kStep) {
    addColumns<T, kStep, kMasked>(sums, rows, args.inside, source + x, weights + x);
  }
  if constexpr (kWholeSteps < T::kSize) {
    addColumns<T, 1, kMasked>(sums, rows, args.inside, source + kWholeSteps, weights + kWholeSteps);
  }
  FILIGREE_UNROLL for (size_t part = 1; part < T::kParts; ++part) {
    FILIGREE_UNROLL for (size_t r = 0; r < T::kRows; ++r) {
      sums[0][r] = wasm_f32x4_add(sums[0][r], sums[part][r]);
    }
  }
  clamp.apply(sums[0]);
  const size_t pitch = args.columns;
  FILIGREE_UNROLL for (const v128_t sum : sums[0]) {
    storeLanes(output + column, sum, kMasked ? columns : kLanes);
    output += pitch;
  }
}

/// In smaller maps few tiles touch neither edge, and the question costs as much as it saves.
constexpr size_t kColumnsWorthNeighbours = 24;

/// One plane's share of DepthwiseArgs.
struct Plane {
  const float* input;
  const float* weights;
  const float* bias;
  float* output;
};

template <typename T>
void tilesOfRows(const DepthwiseArgs& args, const VectorClamp& clamp, const Plane& plane,
                 size_t row) {
  AnyRows<T::kSourceRows> rows;
  FILIGREE_UNROLL for (size_t i = 0; i < T::kSourceRows; ++i) {
    // Before the first row this wraps around to a large number.
    const size_t source = T::kStride * row + i - args.top;
    rows.rows[i] = source < args.height
                       ? plane.input + static_cast<ptrdiff_t>(source * args.width - args.left)
                       : args.zeros;
  }
  const size_t firstSource = T::kStride * row;
  const bool areNeighbours = T::kAsksForNeighbours && args.columns >= kColumnsWorthNeighbours &&
                             firstSource >= args.top &&
                             firstSource - args.top + T::kSourceRows <= args.height;
  const v128_t bias = loadSplat(plane.bias);
  float* output = plane.output + row * args.columns;
  for (size_t column = 0; column < args.columns; column += kLanes) {
    const size_t begin = T::kStride * column;
    const size_t end = begin + T::kStride * (kLanes - 1) + T::kSize;
    // What reaches beyond the output also reaches beyond the map.
    if (begin >= args.left && end <= args.left + args.width) {
      if (areNeighbours) {
        tile<T, false>(args, clamp, NeighbouringRows{rows.rows[0], args.width}, plane.weights, bias,
                       column, kLanes, output);
      } else {
        tile<T, false>(args, clamp, rows, plane.weights, bias, column, kLanes, output);
      }
    } else {
      const size_t columns = std::min(args.columns - column, kLanes);
      tile<T, true>(args, clamp, rows, plane.weights, bias, column, columns, output);
    }
  }
}

/// Tiles of kHigh rows, of kLow where that many are left or the map is low, and single rows where
/// it is still lower. Rows that a last whole tile has in common with the one before are made twice.
template <size_t kSize, size_t kStride, size_t kHigh, size_t kLow>
void depthwise(const DepthwiseArgs& args) {
  const VectorClamp clamp(args.clamp);
  Plane plane = {args.input, args.weights, args.bias, args.output};
  const size_t lastRow = args.firstRow + args.rows;
  for (size_t index = 0; index < args.planes; ++index) {
    for (size_t row = args.firstRow; row < lastRow;) {
      const size_t left = lastRow - row;
      if (args.rows >= kHigh && left > kLow) {
        tilesOfRows<Tile<kSize, kStride, kHigh>>(args, clamp, plane,
                                                 std::min(row, lastRow - kHigh));
        row += kHigh;
      } else if (args.rows >= kLow) {
        tilesOfRows<Tile<kSize, kStride, kLow>>(args, clamp, plane, std::min(row, lastRow - kLow));
        row += kLow;
      } else {
        tilesOfRows<Tile<kSize, kStride, 1>>(args, clamp, plane, row);
        ++row;
      }
    }
    plane.input += args.inputPlane;
    plane.weights += kSize * kSize;
    ++plane.bias;
    plane.output += args.outputPlane;
  }
}

/// Maps of 8, 16, 32 … rows are common, and so are those of 7, 14, 28 … and of 6 and 12.
template <size_t kSize>
void wholeTiles(const DepthwiseArgs& args) {
  if (args.rows % 7 == 0) {
    depthwise<kSize, 1, 7, 4>(args);
  } else if (args.rows == 6 || args.rows == 12) {
    depthwise<kSize, 1, 6, 4>(args);
  } else {
    depthwise<kSize, 1, 8, 4>(args);
  }
}

}  // namespace

void f32_depthwise_3(const DepthwiseArgs& args) {
  wholeTiles<3>(args);
}

void f32_depthwise_5(const DepthwiseArgs& args) {
  wholeTiles<5>(args);
}

void f32_depthwise_3_stride_2(const DepthwiseArgs& args) {
  depthwise<3, 2, 4, 2>(args);
}

void f32_depthwise_5_stride_2(const DepthwiseArgs& args) {
  depthwise<5, 2, 4, 2>(args);
}

}  // namespace filigree::simd
