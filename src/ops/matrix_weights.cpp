#include "ops/matrix_weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ops/find_kernel.h"
#include "ops/pack_rows.h"
#include "parallel.h"
#include "text.h"

namespace filigree {

namespace {

constexpr size_t kLanes = 4;
/// What pixels are divided by among threads. Half a cache line: that of small maps each has as many
/// matters more than that they write no line together.
constexpr size_t kPixelUnit = 8;

/// The cost model: vector multiply-adds, with what one of them costs more in a kernel than in the
/// dense one at its best. Measured by test/bench/kernels on the real layers' shapes.
constexpr double kSparseCostPerNonzero = 1.2;  // an offset and a weight to load for each
constexpr double kSparseCostPerRow = 8;        // start, bias and stores, for each tile of pixels
constexpr double kFewCost = 1.3;               // weights come from beyond the first cache

/// How much of the input planes a tile of pixels may read before it comes round again: what the
/// first cache keeps beside weights and output. Rows of a sparse matrix read planes here and there,
/// so that with more than that every load would miss. A block more is a row's sums loaded and
/// stored once more, for which it should have some nonzeros there; where the whole cache would not
/// hold the tile it pays in any case. Measured on MobileNets, with 20 % and with 70 % of nonzeros.
constexpr size_t kBlockBytes = 16 << 10;
constexpr size_t kLargestBlockBytes = 32 << 10;
constexpr size_t kNonzerosWorthBlock = 24;
/// With fewer rows the tile is not read often enough.
constexpr size_t kRowsWorthBlocks = 32;

/// Smallest piece of work worth handing to a thread.
constexpr uint64_t kMacsPerTask = uint64_t{1} << 16;

size_t roundUp(size_t number, size_t unit) {
  return (number + unit - 1) / unit * unit;
}

size_t divideRounded(size_t number, size_t unit) {
  return (number + unit / 2) / unit;
}

/// Blocks of columns for the sparse kernel, of whose input a tile of pixels takes `tileBytes`.
size_t blocksOf(size_t rows, size_t nonzeros, size_t tileBytes) {
  if (rows < kRowsWorthBlocks) return 1;
  const size_t worthwhile = nonzeros / rows / kNonzerosWorthBlock;
  return std::max({divideRounded(tileBytes, kLargestBlockBytes),
                   std::min(divideRounded(tileBytes, kBlockBytes), worthwhile), size_t{1}});
}

/// With one digit behind the point.
double percent(double part, double whole) {
  return whole == 0 ? 0 : std::round(1000 * part / whole) / 10;
}

}  // namespace

void MatrixWeights::choose(const PlanContext& context, const ProductProblem& problem,
                           StepReport* report) {
  const auto [rows, columns, nonzeros, pixels, contiguous, comeInPairs] = problem;
  rows_ = rows;
  columns_ = columns;
  nonzeros_ = nonzeros;
  const KernelTable& kernels = context.kernels;
  const auto weights = static_cast<double>(rows * columns);
  const size_t wholeVectors = (pixels + kLanes - 1) / kLanes;
  const auto vectors = static_cast<double>(wholeVectors);
  const SpmmKernel& spmm =
      findKernel(kernels.spmm, size_t{comeInPairs ? 2u : 1u}, &SpmmKernel::rowBlock);
  const size_t tile = spmm.pixelTile;
  const size_t rowBlocks = rows / spmm.rowBlock;
  const size_t wholeTiles = (pixels + tile - 1) / tile;
  const auto tiles = static_cast<double>(wholeTiles);
  const double dense = weights * vectors;
  const double few = static_cast<double>(roundUp(rows, kernels.gemv[0].rowBlock)) *
                     static_cast<double>(columns) * static_cast<double>(pixels) / kLanes * kFewCost;
  const double sparse = static_cast<double>(nonzeros) * vectors * kSparseCostPerNonzero +
                        static_cast<double>(rowBlocks) * tiles * kSparseCostPerRow;
  const double best = contiguous ? std::min(dense, few) : few;

  const bool hasZeros = nonzeros < rows * columns;
  const std::string share =
      text(percent(static_cast<double>(nonzeros), weights), " % of the weights are nonzero");
  bool useSparse = false;
  if (!hasZeros) {
    report->reason = "no zeros among the weights";
  } else if (context.sparse == SparseMode::Never) {
    report->reason = text(share, ", sparse kernels are switched off");
  } else if (!contiguous) {
    report->reason = text(share, ", but its pixels are not neighbours in memory");
  } else if (context.sparse == SparseMode::Always) {
    useSparse = true;
    report->reason = text(share, ", sparse kernels are asked for");
  } else {
    useSparse = sparse < best;
    report->reason =
        text(share, ", the sparse kernel costs ", percent(sparse, best), " % of the dense one");
  }
  if (useSparse) {
    spmm_ = &spmm;
    report->kernel = spmm_->name;
    if (comeInPairs) appendText(report->reason, "; rows come in pairs");
    blocks_ = blocksOf(rows, nonzeros, columns * std::min(pixels, tile) * sizeof(float));
    if (blocks_ > 1) appendText(report->reason, text("; in ", blocks_, " blocks of channels"));
  } else if (few < dense || !contiguous) {
    gemv_ = &kernels.gemv[0];
    report->kernel = gemv_->name;
    appendText(report->reason, text("; ", pixels, pixels == 1 ? " pixel" : " pixels"));
  } else {
    gemm_ = &kernels.gemm[0];
    report->kernel = gemm_->name;
  }
}

size_t MatrixWeights::rowBlock() const {
  if (spmm_ != nullptr) return spmm_->rowBlock;
  if (gemm_ != nullptr) return gemm_->rowBlock;
  return gemv_ != nullptr ? gemv_->rowBlock : 1;
}

size_t MatrixWeights::pixelTile() const {
  if (spmm_ != nullptr) return spmm_->pixelTile;
  return gemm_ != nullptr ? gemm_->pixelTile : gemv_->pixelTile;
}

size_t MatrixWeights::pixelUnit() const {
  return gemv_ != nullptr ? gemv_->pixelTile : kPixelUnit;
}

size_t MatrixWeights::executedPerPixel() const {
  return isSparse() ? nonzeros_ : rows_ * columns_;
}

size_t MatrixWeights::packedBytes() const {
  if (isSparse()) {
    const size_t rows = blocks_ * rows_;
    // At most three places of a row's last four stay empty.
    const size_t bytes = isInPairs() ? nonzeros_ / 2 * sizeof(SpmmPair)
                                     : (nonzeros_ + 3 * rows) / 4 * sizeof(SpmmFour);
    return rows * sizeof(SpmmRow) + bytes;
  }
  return roundUp(rows_, rowBlock()) * (columns_ + 1) * sizeof(float);
}

void MatrixWeights::pack(const ConstantRows& matrix, size_t firstRow, const float* bias,
                         size_t inputPlane, uint8_t* packed) {
  packed_ = packed;
  if (isSparse()) {
    packSparse(matrix, firstRow, bias, inputPlane, packed);
  } else {
    packRowBlocks(matrix, firstRow, rows_, bias, rowBlock(), reinterpret_cast<float*>(packed));
  }
}

/// The rows, block by block, and then their weights. The later blocks add to sums that have the
/// bias.
void MatrixWeights::packSparse(const ConstantRows& matrix, size_t firstRow, const float* bias,
                               size_t inputPlane, uint8_t* packed) const {
  auto* rows = reinterpret_cast<SpmmRow*>(packed);
  auto* fours = reinterpret_cast<SpmmFour*>(rows + blocks_ * rows_);
  auto* pairs = reinterpret_cast<SpmmPair*>(fours);
  const size_t planeBytes = inputPlane * sizeof(float);
  size_t next = 0;
  for (size_t block = 0; block < blocks_; ++block) {
    const size_t begin = block * columns_ / blocks_;
    const size_t end = (block + 1) * columns_ / blocks_;
    for (size_t row = 0; row < rows_; ++row, ++rows) {
      *rows = {.first = static_cast<uint32_t>(next),
               .nonzeros = 0,
               .bias = bias == nullptr || block > 0 ? 0 : bias[row]};
      if (row % spmm_->rowBlock > 0) continue;
      const size_t nonzeros =
          isInPairs() ? packPairs(matrix, firstRow + row, begin, end, planeBytes, pairs + next)
                      : packFours(matrix, firstRow + row, begin, end, planeBytes, fours + next);
      rows->nonzeros = static_cast<uint32_t>(nonzeros);
      next += isInPairs() ? nonzeros : (nonzeros + 3) / 4;
    }
  }
}

void MatrixWeights::runSparse(size_t firstRow, size_t rows, const ProductOperands& operands) const {
  const auto* row = reinterpret_cast<const SpmmRow*>(packed_);
  SpmmArgs args = {.rows = rows,
                   .pixels = operands.pixels,
                   .input = operands.input,
                   .row = row + firstRow,
                   .fours = reinterpret_cast<const SpmmFour*>(row + blocks_ * rows_),
                   .pairs = reinterpret_cast<const SpmmPair*>(row + blocks_ * rows_),
                   .output = operands.output,
                   .outputPlane = operands.outputPlane,
                   .residual = operands.residual,
                   .clamp = operands.clamp};
  // Tile by tile, block by block: a block adds to what the blocks before it left in the output.
  const SpmmArgs whole = args;
  size_t tilesLeft = blocks_ == 1 ? 1 : (whole.pixels + spmm_->pixelTile - 1) / spmm_->pixelTile;
  for (size_t first = 0; first < whole.pixels; first += args.pixels, --tilesLeft) {
    // As equal as they can be: a narrow tile takes as long to fetch its weights.
    const size_t left = whole.pixels - first;
    args.pixels = std::min(roundUp((left + tilesLeft - 1) / tilesLeft, kLanes), left);
    args.input = whole.input + first;
    args.output = whole.output + first;
    for (size_t block = 0; block < blocks_; ++block) {
      const bool isFirst = block == 0;
      args.row = whole.row + block * rows_;
      const float* residual = whole.residual == nullptr ? nullptr : whole.residual + first;
      args.residual = isFirst ? residual : args.output;
      args.clamp = block + 1 == blocks_ ? whole.clamp : Clamp{};
      spmm_->run(args);
    }
  }
}

void MatrixWeights::run(size_t firstRow, size_t lastRow, const ProductOperands& whole) const {
  ProductOperands operands = whole;
  operands.output += firstRow * operands.outputPlane;
  if (operands.residual != nullptr) operands.residual += firstRow * operands.outputPlane;
  const size_t rows = lastRow - firstRow;
  if (isSparse()) {
    runSparse(firstRow, rows, operands);
    return;
  }
  const float* weights = reinterpret_cast<const float*>(packed_) + firstRow * (columns_ + 1);
  if (gemm_ != nullptr) {
    gemm_->run({.rows = rows,
                .pixels = operands.pixels,
                .channels = columns_,
                .input = operands.input,
                .inputPlane = operands.inputPlane,
                .weights = weights,
                .output = operands.output,
                .outputPlane = operands.outputPlane,
                .residual = operands.residual,
                .clamp = operands.clamp});
    return;
  }
  gemv_->run({.rows = rows,
              .pixels = operands.pixels,
              .channels = columns_,
              .input = operands.input,
              .inputPlane = operands.inputPlane,
              .inputPixel = operands.inputPixel,
              .weights = weights,
              .output = operands.output,
              .outputPlane = operands.outputPlane,
              .outputPixel = operands.outputPixel,
              .residual = operands.residual,
              .clamp = operands.clamp});
}

ProductTiling tileProduct(const MatrixWeights& weights, size_t pixels, size_t threads,
                          size_t largestPixels) {
  const size_t unit = weights.pixelUnit();
  const uint64_t macsPerPixel = std::max(weights.executedPerPixel(), size_t{1});
  const auto worthwhile = static_cast<size_t>(std::max<uint64_t>(kMacsPerTask / macsPerPixel, 1));
  ProductTiling tiling;
  tiling.rowsPerTask = weights.rows();
  tiling.pixelsPerTask = std::min(pixels, largestPixels);
  if (isWorthBands(pixels, threads)) {
    const size_t pieces = piecesFor(threads, pixels, worthwhile);
    tiling.pixelsPerTask = std::min(roundUp((pixels + pieces - 1) / pieces, unit), largestPixels);
  } else {
    const uint64_t macsPerRow = std::max<uint64_t>(macsPerPixel * pixels / weights.rows(), 1);
    const auto rows = static_cast<size_t>(std::max<uint64_t>(kMacsPerTask / macsPerRow, 1));
    const size_t pieces = piecesFor(threads, weights.rows(), rows);
    tiling.rowsPerTask = roundUp((weights.rows() + pieces - 1) / pieces, weights.rowBlock());
  }
  tiling.pixelTasks = (pixels + tiling.pixelsPerTask - 1) / tiling.pixelsPerTask;
  tiling.rowTasks = (weights.rows() + tiling.rowsPerTask - 1) / tiling.rowsPerTask;
  return tiling;
}

}  // namespace filigree
