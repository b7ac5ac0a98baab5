// Sum, interpolation and rearrangement of whole rows and planes. All bound by memory.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

namespace filigree::simd {

float f32_sum(const float* input, size_t count) {
  // Vector v, lane l is partial sum 4 v + l.
  v128_t partial[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    FILIGREE_UNROLL for (size_t v = 0; v < 4; ++v) {
      partial[v] = wasm_f32x4_add(partial[v], load(input + i + kLanes * v));
    }
  }
  const v128_t laneNumber = wasm_i32x4_make(0, 1, 2, 3);
  FILIGREE_UNROLL for (size_t v = 0; v < 4; ++v) {
    if (i >= count) break;
    const v128_t inside = wasm_i32x4_lt(laneNumber, wasm_i32x4_splat(static_cast<int>(count - i)));
    partial[v] = wasm_f32x4_add(partial[v], wasm_v128_and(load(input + i), inside));
    i += kLanes;
  }
  const v128_t eight[2] = {wasm_f32x4_add(partial[0], partial[2]),
                           wasm_f32x4_add(partial[1], partial[3])};
  const v128_t four = wasm_f32x4_add(eight[0], eight[1]);
  const v128_t two = wasm_f32x4_add(four, wasm_i64x2_shuffle(four, four, 1, 1));
  return wasm_f32x4_extract_lane(two, 0) + wasm_f32x4_extract_lane(two, 1);
}

void f32_lerp(const float* top, const float* bottom, float fraction, float* output, size_t count) {
  const v128_t fractions = splat(fraction);
  const auto result = [&](size_t i) {
    const v128_t from = load(top + i);
    return multiplyAdd(from, wasm_f32x4_sub(load(bottom + i), from), fractions);
  };
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(output + i, result(i));
  if (i < count) storeLanes(output + i, result(i), count - i);
}

void f32_lerp_gather(const float* row, const int32_t* left, const int32_t* right,
                     const float* fraction, float* output, size_t count) {
  const auto gather = [row](const int32_t* index) {
    return wasm_f32x4_make(row[index[0]], row[index[1]], row[index[2]], row[index[3]]);
  };
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const v128_t from = gather(left + i);
    const v128_t difference = wasm_f32x4_sub(gather(right + i), from);
    store(output + i, multiplyAdd(from, difference, load(fraction + i)));
  }
  // Beyond the end there are no indices to follow.
  for (; i < count; ++i) {
    const float from = row[left[i]];
    output[i] = from + (row[right[i]] - from) * fraction[i];
  }
}

void f32_lerp_groups(const float* row, const LerpGroup* groups, float* output, size_t count) {
  const auto result = [row](const LerpGroup& group) FILIGREE_INLINE {
    const v128_t inputs = load(row + group.first);
    const v128_t from = swizzle(inputs, wasm_v128_load(group.left));
    const v128_t to = swizzle(inputs, wasm_v128_load(group.right));
    return multiplyAdd(from, wasm_f32x4_sub(to, from), load(group.fraction));
  };
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(output + i, result(*groups++));
  if (i < count) storeLanes(output + i, result(*groups), count - i);
}

namespace {

// Up to 4 × 4 elements. Rows that are not there are not read; columns that are not there are not
// stored.
inline void transposeBlock(const float* input, size_t inputRow, float* output, size_t outputRow,
                           size_t rows, size_t columns) {
  v128_t block[4];
  FILIGREE_UNROLL for (size_t r = 0; r < 4; ++r) {
    block[r] = load(input + (r < rows ? r : 0) * inputRow);
  }
  transpose4(block);
  FILIGREE_UNROLL for (size_t c = 0; c < 4; ++c) {
    if (c < columns) storeLanes(output + c * outputRow, block[c], rows);
  }
}

}  // namespace

void f32_transpose(const float* input, size_t inputRow, float* output, size_t outputRow,
                   size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row += kLanes) {
    const size_t rowsHere = rows - row < kLanes ? rows - row : kLanes;
    const float* source = input + row * inputRow;
    float* target = output + row;
    size_t column = 0;
    if (rowsHere == kLanes) {
      for (; column + kLanes <= columns; column += kLanes) {
        transposeBlock(source + column, inputRow, target + column * outputRow, outputRow, 4, 4);
      }
    }
    for (; column < columns; column += kLanes) {
      const size_t columnsHere = columns - column < kLanes ? columns - column : kLanes;
      transposeBlock(source + column, inputRow, target + column * outputRow, outputRow, rowsHere,
                     columnsHere);
    }
  }
}

}  // namespace filigree::simd
