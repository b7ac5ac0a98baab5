// Weights from the model's constants to where the kernels want them: rows side by side for the
// dense kernels, nonzeros one behind the other for the sparse one.
#pragma once

#include <cstddef>

#include "graph/constant.h"
#include "kernels.h"

namespace filigree {

/// Rows firstRow … firstRow + rows − 1 of a matrix, turned: out[column * stride + row − firstRow].
void packTransposed(const ConstantRows& matrix, size_t firstRow, size_t rows, size_t stride,
                    float* out);

/// The same rows in blocks as GemmArgs wants them: `block` rows each, the last one filled with
/// zeros, each with its biases in front. `bias`: of firstRow and on, or null.
void packRowBlocks(const ConstantRows& matrix, size_t firstRow, size_t rows, const float* bias,
                   size_t block, float* out);

/// The nonzeros of a row at firstColumn ≤ column < lastColumn, for planes so many bytes apart. The
/// last four is filled up with zeros. Returns how many nonzeros there are.
size_t packFours(const ConstantRows& matrix, size_t row, size_t firstColumn, size_t lastColumn,
                 size_t planeBytes, SpmmFour* fours);

/// The same of rows `row` and `row` + 1, which have their nonzeros in the same columns.
size_t packPairs(const ConstantRows& matrix, size_t row, size_t firstColumn, size_t lastColumn,
                 size_t planeBytes, SpmmPair* pairs);

}  // namespace filigree
