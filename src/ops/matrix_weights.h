// MatrixWeights: a matrix of weights made ready for one of the product kernels.
//
// 1×1 convolutions, general convolutions (after gathering a tile of their input), transposed
// convolutions and fully connected layers are all products of a weight matrix (a row per output
// channel) with planes of pixels. This class chooses between the sparse kernel, the dense one and
// the one for few pixels, packs the weights for it and calls it.
#pragma once

#include <cstddef>

#include "graph/constant.h"
#include "graph/graph.h"
#include "kernels.h"
#include "memory.h"
#include "ops/operator.h"
#include "ops/step.h"

namespace filigree {

/// What one call works on; offsets in floats.
struct ProductOperands {
  const float* input;  // input[column * inputPlane + pixel * inputPixel]
  size_t inputPlane;
  size_t inputPixel = 1;  // other than 1: the kernel for few pixels only
  float* output;          // output[row * outputPlane + pixel * outputPixel], row 0 of the matrix
  size_t outputPlane;
  size_t outputPixel = 1;
  const float* residual = nullptr;  // same geometry as the output
  size_t pixels;
  Clamp clamp;
};

/// What a kernel is chosen by.
struct ProductProblem {
  size_t rows;
  size_t columns;
  size_t nonzeros;           // of the rows × columns weights
  size_t pixels;             // that one call handles at most
  bool contiguous = true;    // whether pixels are neighbours in memory
  bool comeInPairs = false;  // ConstantRows::comeInPairs
};

class MatrixWeights {
 public:
  /// Fills kernel and reason.
  void choose(const PlanContext& context, const ProductProblem& problem, StepReport* report);

  bool isSparse() const { return spmm_ != nullptr; }
  bool isForFewPixels() const { return gemv_ != nullptr; }
  size_t packedBytes() const;
  size_t rows() const { return rows_; }
  /// Rows may be divided among calls at multiples of this.
  size_t rowBlock() const;
  size_t pixelTile() const;
  /// Pixels may be divided among threads at multiples of this.
  size_t pixelUnit() const;
  /// Multiply-adds per pixel that the kernel executes.
  size_t executedPerPixel() const;

  /// Rows firstRow … firstRow + rows() − 1 of `matrix`, for inputs whose planes are `inputPlane`
  /// apart. `bias`: of these rows, or null.
  void pack(const ConstantRows& matrix, size_t firstRow, const float* bias, size_t inputPlane,
            uint8_t* packed);

  void run(size_t firstRow, size_t lastRow, const ProductOperands& operands) const;

 private:
  bool isInPairs() const { return spmm_ != nullptr && spmm_->rowBlock == 2; }
  void packSparse(const ConstantRows& matrix, size_t firstRow, const float* bias, size_t inputPlane,
                  uint8_t* packed) const;
  /// `operands`: from firstRow on.
  void runSparse(size_t firstRow, size_t rows, const ProductOperands& operands) const;

  size_t rows_ = 0;
  size_t columns_ = 0;
  size_t nonzeros_ = 0;
  size_t blocks_ = 1;  // of columns, one after the other, if sparse
  const SpmmKernel* spmm_ = nullptr;
  const GemmKernel* gemm_ = nullptr;
  const GemvKernel* gemv_ = nullptr;
  const uint8_t* packed_ = nullptr;
};

/// How a product over `rows` × `pixels` is divided among threads.
struct ProductTiling {
  size_t rowsPerTask = 0;
  size_t pixelsPerTask = 0;
  size_t rowTasks = 0;
  size_t pixelTasks = 0;
};

/// `largestPixels`: more pixels than that are not worked on at a time (SIZE_MAX: no bound).
ProductTiling tileProduct(const MatrixWeights& weights, size_t pixels, size_t threads,
                          size_t largestPixels);

}  // namespace filigree
