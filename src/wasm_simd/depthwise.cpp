// Depthwise convolution of stride 1 or 2: in come planes as they lie in memory, out go planes.
//
// A tile of kRows × kVectors sums stays in registers. Column by column of the window, its kHeight
// weights are splatted and each source row is loaded once for all the output rows that it meets.
// Loads are unaligned: they cost less than the shuffles that would save them; stride 2 takes every
// other column of two loads. What a row's first
// and last tiles load beyond its ends belongs to its neighbours and is masked away; rows outside
// the map are left out.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {
namespace {

constexpr size_t kMaximumVectors = 2;

/// One plane's share of DepthwiseArgs.
struct Plane {
  const float* input;
  const float* weights;
  const float* bias;
  float* output;
};

/// Four columns, as far apart as the stride.
template <size_t kStride>
FILIGREE_INLINE inline v128_t loadColumns(const void* first) {
  const auto* columns = static_cast<const float*>(first);
  if constexpr (kStride == 1) return load(columns);
  return wasm_i32x4_shuffle(load(columns), load(columns + kLanes), 0, 2, 4, 6);
}

/// Which of a tile's loads may miss the map. Columns: none of its rows, but columns may.
/// Anything: rows as well.
enum class Outside { Nothing, Columns, Anything };

template <size_t kHeight, size_t kStride, size_t kRows, size_t kVectors, Outside kOutside>
FILIGREE_INLINE inline void tile(const DepthwiseArgs& args, const VectorClamp& clamp,
                                 const Plane& plane, size_t row, size_t column, size_t lastLanes) {
  v128_t sums[kRows][kVectors];
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    FILIGREE_UNROLL for (v128_t& sum : sums[r]) sum = loadSplat(plane.bias);
  }
  const size_t kernelWidth = args.kernelWidth;
  const size_t width = args.width;
  const size_t height = args.height;
  const size_t sourceRows = kStride * (kRows - 1) + args.kernelHeight;
  // Both wrap around to large numbers before the first row and column.
  const size_t firstRow = kStride * row - args.top;
  size_t at = firstRow * width + kStride * column - args.left;
  const float* weightColumn = plane.weights;
  const uint32_t* insideColumn = args.inside + kStride * column;
  FILIGREE_KEEP_ROLLED for (size_t x = 0; x < kernelWidth; ++x) {
    v128_t weights[kHeight];
    FILIGREE_UNROLL for (size_t y = 0; y < kHeight; ++y) {
      weights[y] = loadSplat(weightColumn + y * kernelWidth);
    }
    v128_t inside[kVectors];
    if constexpr (kOutside != Outside::Nothing) {
      FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
        inside[v] = loadColumns<kStride>(insideColumn + kStride * kLanes * v);
      }
    }
    forConstants<kStride*(kRows - 1) + kHeight>([&]<size_t kSource>() FILIGREE_INLINE {
      if (kOutside != Outside::Anything || firstRow + kSource < height) {
        const float* source = plane.input + static_cast<ptrdiff_t>(at + kSource * width);
        FILIGREE_UNROLL for (size_t v = 0; v < kVectors; ++v) {
          v128_t value = loadColumns<kStride>(source + kStride * kLanes * v);
          if constexpr (kOutside != Outside::Nothing) value = wasm_v128_and(value, inside[v]);
          FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
            if (kSource < kStride * r || kSource - kStride * r >= kHeight) continue;
            sums[r][v] = multiplyAdd(sums[r][v], value, weights[kSource - kStride * r]);
          }
        }
      }
      // True until the last row; but the branch keeps the compiler from loading all rows before it
      // multiplies, for which there are not enough registers.
      return kSource + 1 != sourceRows;
    });
    ++at;
    ++weightColumn;
    ++insideColumn;
  }
  float* output = plane.output + row * args.columns + column;
  FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
    clamp.apply(sums[r]);
    storeRow(output, sums[r], lastLanes);
    output += args.columns;
  }
}

template <size_t kHeight, size_t kStride, size_t kRows>
void depthwise(const DepthwiseArgs& args) {
  const VectorClamp clamp(args.clamp);
  Plane plane = {args.input, args.weights, args.bias, args.output};
  const auto tilesAnywhere = [&]<size_t kCount>(size_t row) FILIGREE_INLINE {
    forEachTile<kMaximumVectors>(
        args.columns, [&]<size_t kVectors>(size_t column, size_t lastLanes) FILIGREE_INLINE {
          tile<kHeight, kStride, kCount, kVectors, Outside::Anything>(args, clamp, plane, row,
                                                                      column, lastLanes);
        });
  };
  // A tile of its own for rows between that reach beyond the columns pays where most layers are.
  constexpr Outside kColumns = kStride == 1 ? Outside::Columns : Outside::Anything;
  const auto tilesBetween = [&](size_t row) FILIGREE_INLINE {
    forEachTile<kMaximumVectors>(
        args.columns, [&]<size_t kVectors>(size_t column, size_t lastLanes) FILIGREE_INLINE {
          const size_t begin = kStride * column;
          const size_t end = begin + kStride * (kLanes * kVectors - 1) + args.kernelWidth;
          if (begin >= args.left && end <= args.left + args.width) {
            tile<kHeight, kStride, kRows, kVectors, Outside::Nothing>(args, clamp, plane, row,
                                                                      column, lastLanes);
          } else {
            tile<kHeight, kStride, kRows, kVectors, kColumns>(args, clamp, plane, row, column,
                                                              lastLanes);
          }
        });
  };
  const size_t lastRow = args.firstRow + args.rows;
  for (size_t index = 0; index < args.planes; ++index) {
    size_t row = args.firstRow;
    for (; row + kRows <= lastRow; row += kRows) {
      const size_t begin = kStride * row;
      const size_t end = begin + kStride * (kRows - 1) + kHeight;
      const bool isBetween = begin >= args.top && end <= args.top + args.height;
      if (isBetween) {
        tilesBetween(row);
      } else {
        tilesAnywhere.template operator()<kRows>(row);
      }
    }
    // What is left over mostly lies at the lower border.
    withConstant<kRows - 1>(lastRow - row, [&]<size_t kRest>() FILIGREE_INLINE {
      tilesAnywhere.template operator()<kRest>(row);
    });
    plane.input += args.inputPlane;
    plane.weights += kHeight * args.kernelWidth;
    ++plane.bias;
    plane.output += args.outputPlane;
  }
}

}  // namespace

void f32_depthwise_3(const DepthwiseArgs& args) {
  depthwise<3, 1, 4>(args);
}

void f32_depthwise_5(const DepthwiseArgs& args) {
  depthwise<5, 1, 3>(args);
}

void f32_depthwise_3_stride_2(const DepthwiseArgs& args) {
  depthwise<3, 2, 2>(args);
}

void f32_depthwise_5_stride_2(const DepthwiseArgs& args) {
  depthwise<5, 2, 2>(args);
}

}  // namespace filigree::simd
