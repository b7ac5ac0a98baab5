// Depthwise convolution: in comes one bordered plane and its window of weights, out goes one plane.
//
// Several output rows are computed at once, so that a source row is loaded once for all the output
// rows that it is under. Loads are unaligned: they cost less than the shuffles that would save them.
// The weights of a kernel column are splats in registers (for 3×3 those of the whole window).
#include "wasm_simd/simd_kernels.h"
#include "wasm_simd/window_any.h"

namespace filigree::simd {
namespace {

template <size_t kSize, size_t kStride>
struct Window {
  explicit Window(const WindowArgs& args)
      : pitch(args.sourceRow / kStride), oddColumns(args.taps[1] - args.taps[0]) {}

  // With stride 2 even and odd columns of the source lie apart.
  ptrdiff_t columnOffset(size_t x) const {
    if (kStride == 1) return static_cast<ptrdiff_t>(x);
    return static_cast<ptrdiff_t>(x / 2) + (x % 2 == 0 ? 0 : oddColumns);
  }

  size_t pitch;  // between the source rows of neighbouring taps
  ptrdiff_t oddColumns;
};

template <size_t kSize, size_t kStride, size_t kRows>
inline void rowGroup(const WindowArgs& args, size_t row) {
  constexpr size_t kSourceRows = (kRows - 1) * kStride + kSize;
  const Window<kSize, kStride> window(args);
  const VectorClamp clamp(args.clamp);
  const float* source = args.source + args.taps[0] + row * args.sourceRow;
  float* output = args.output + row * args.outputRow;
  const v128_t bias = splat(args.bias);

  for (size_t column = 0; column < args.columns; column += kLanes) {
    v128_t sums[kRows];
    FILIGREE_UNROLL for (v128_t& sum : sums) sum = bias;
    FILIGREE_UNROLL for (size_t x = 0; x < kSize; ++x) {
      v128_t weights[kSize];
      FILIGREE_UNROLL for (size_t y = 0; y < kSize; ++y) {
        weights[y] = loadSplat(args.weights + y * kSize + x);
      }
      FILIGREE_UNROLL for (size_t s = 0; s < kSourceRows; ++s) {
        const v128_t values = load(source + s * window.pitch + window.columnOffset(x));
        FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
          if (s < r * kStride || s - r * kStride >= kSize) continue;
          sums[r] = multiplyAdd(sums[r], values, weights[s - r * kStride]);
        }
      }
    }
    const size_t columnsLeft = args.columns - column;
    const size_t lanes = columnsLeft < kLanes ? columnsLeft : kLanes;
    FILIGREE_UNROLL for (size_t r = 0; r < kRows; ++r) {
      storeLanes(output + r * args.outputRow, clamp(sums[r]), lanes);
    }
    source += kLanes;
    output += kLanes;
  }
}

template <size_t kSize, size_t kStride>
void squareWindow(const WindowArgs& args) {
  constexpr size_t kMaximumRows = 4;
  size_t groupsLeft = (args.rows + kMaximumRows - 1) / kMaximumRows;
  for (size_t row = 0; groupsLeft > 0; --groupsLeft) {
    const size_t rows = (args.rows - row + groupsLeft - 1) / groupsLeft;
    withConstant<kMaximumRows>(rows, [&]<size_t kRows>() {
      rowGroup<kSize, kStride, kRows>(args, row);
    });
    row += rows;
  }
}

struct WeightedSum {
  v128_t initial;
  const float* weights;
  struct Tap {
    Tap(const WeightedSum& sum, size_t tap) : weight(loadSplat(sum.weights + tap)) {}
    v128_t operator()(v128_t sum, v128_t value) const { return multiplyAdd(sum, value, weight); }
    v128_t weight;
  };
};

}  // namespace

void f32_window_convolution_3x3s1(const WindowArgs& args) { squareWindow<3, 1>(args); }
void f32_window_convolution_3x3s2(const WindowArgs& args) { squareWindow<3, 2>(args); }
void f32_window_convolution_5x5s1(const WindowArgs& args) { squareWindow<5, 1>(args); }
void f32_window_convolution_5x5s2(const WindowArgs& args) { squareWindow<5, 2>(args); }

void f32_window_convolution(const WindowArgs& args) {
  anyWindow(args, WeightedSum{splat(args.bias), args.weights});
}

}  // namespace filigree::simd
