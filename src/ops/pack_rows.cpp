#include "ops/pack_rows.h"

#include <algorithm>

namespace filigree {

void packTransposed(const ConstantRows& matrix, size_t firstRow, size_t rows, size_t stride,
                    float* out) {
  float piece[kPieceColumns];
  // All rows of a piece of columns, then the next: what is written stays in the cache meanwhile.
  for (size_t first = 0; first < matrix.columns(); first += kPieceColumns) {
    const size_t count = std::min(kPieceColumns, matrix.columns() - first);
    for (size_t row = 0; row < rows; ++row) {
      matrix.read(firstRow + row, first, count, piece);
      float* to = out + first * stride + row;
      for (size_t i = 0; i < count; ++i) to[i * stride] = piece[i];
    }
  }
}

void packRowBlocks(const ConstantRows& matrix, size_t firstRow, size_t rows, const float* bias,
                   size_t block, float* out) {
  for (size_t first = 0; first < rows; first += block) {
    const size_t count = std::min(block, rows - first);
    const size_t floats = (matrix.columns() + 1) * block;
    if (count < block || bias == nullptr) std::fill_n(out, floats, 0.0f);
    if (bias != nullptr) std::copy_n(bias + first, count, out);
    packTransposed(matrix, firstRow + first, count, block, out + block);
    out += floats;
  }
}

size_t packFours(const ConstantRows& matrix, size_t row, size_t firstColumn, size_t lastColumn,
                 size_t planeBytes, SpmmFour* fours) {
  PieceNonzeros found;
  size_t count = 0;
  for (size_t first = firstColumn; first < lastColumn; first += kPieceColumns) {
    matrix.findNonzeros(row, first, std::min(kPieceColumns, lastColumn - first), &found);
    for (size_t i = 0; i < found.count; ++i, ++count) {
      SpmmFour& four = fours[count / 4];
      if (count % 4 == 0) four = {};
      four.inputOffsetBytes[count % 4] = static_cast<int32_t>(found.column[i] * planeBytes);
      four.weight[count % 4] = found.value[i];
    }
  }
  return count;
}

size_t packPairs(const ConstantRows& matrix, size_t row, size_t firstColumn, size_t lastColumn,
                 size_t planeBytes, SpmmPair* pairs) {
  PieceNonzeros upper;
  PieceNonzeros lower;
  size_t count = 0;
  for (size_t first = firstColumn; first < lastColumn; first += kPieceColumns) {
    const size_t columns = std::min(kPieceColumns, lastColumn - first);
    matrix.findNonzeros(row, first, columns, &upper);
    matrix.findNonzeros(row + 1, first, columns, &lower);
    for (size_t i = 0; i < upper.count; ++i, ++count) {
      pairs[count] = {.inputOffsetBytes = static_cast<int32_t>(upper.column[i] * planeBytes),
                      .weight = {upper.value[i], lower.value[i]}};
    }
  }
  return count;
}

}  // namespace filigree
