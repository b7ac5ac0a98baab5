// MatrixWeights: what it packs and in which pieces it calls its kernel, against sums in double.
#include "ops/matrix_weights.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "graph/constant.h"
#include "unit/constant_support.h"
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

constexpr size_t kRows = 37;
constexpr float kDensity = 0.2f;

/// Random weights most of which are zero; `inPairs`: in the same columns of every two rows.
std::vector<float> sparseWeights(Random& random, size_t rows, size_t columns, bool inPairs) {
  std::vector<float> elements(rows * columns);
  for (size_t i = 0; i < elements.size(); ++i) {
    const bool isSecond = inPairs && i / columns % 2 == 1;
    const bool isNonzero =
        isSecond ? elements[i - columns] != 0 : random.uniform(0.0f, 1.0f) < kDensity;
    elements[i] = isNonzero ? random.value() : 0.0f;
  }
  return elements;
}

/// A sparse matrix of so many columns times planes of so many pixels, with a residual and a clamp.
void checkSparse(const KernelTable& kernels, size_t columns, size_t pixels, bool inPairs) {
  SCOPED_TRACE(testing::Message() << kernels.name << ", " << columns << " columns, " << pixels
                                  << " pixels" << (inPairs ? ", in pairs" : ""));
  const size_t rowCount = inPairs ? kRows + 1 : kRows;
  Random random(static_cast<uint32_t>(columns * 131 + pixels));
  const size_t plane = pixels + 3;
  const std::vector<float> elements = sparseWeights(random, rowCount, columns, inPairs);
  const Value stored =
      sparseOf({static_cast<int32_t>(rowCount), static_cast<int32_t>(columns)}, elements);
  const SparseMatrix& matrix = *stored.constant->sparse;
  Input<float> input((columns - 1) * plane + pixels);
  Input<float> residual((rowCount - 1) * plane + pixels);
  Input<float> bias(rowCount);
  for (float& value : input) value = random.value();
  for (float& value : residual) value = random.value();
  for (float& value : bias) value = random.value();
  const Clamp clamp = {-4.0f, 4.0f};

  Graph graph;
  const PlanContext context{graph, kernels, SparseMode::Always, 1};
  StepReport report;
  MatrixWeights weights;
  weights.choose(context,
                 {.rows = rowCount,
                  .columns = columns,
                  .nonzeros = matrix.value.size(),
                  .pixels = pixels,
                  .comeInPairs = inPairs},
                 &report);
  ASSERT_TRUE(weights.isSparse());
  ASSERT_EQ(weights.rowBlock(), inPairs ? 2u : 1u);
  Block packed;
  ASSERT_TRUE(packed.allocate(weights.packedBytes()));
  weights.pack(ConstantRows(*stored.constant, columns), 0, bias.data(), plane, packed.data());
  Block output;
  ASSERT_TRUE(output.allocate(rowCount * plane * sizeof(float)));
  // In two calls, as two threads would.
  const size_t cut = inPairs ? 6 : 5;
  for (const auto& [first, last] : {std::pair<size_t, size_t>{0, cut}, {cut, rowCount}}) {
    weights.run(first, last,
                {.input = input.data(),
                 .inputPlane = plane,
                 .output = output.floats(),
                 .outputPlane = plane,
                 .residual = residual.data(),
                 .pixels = pixels,
                 .clamp = clamp});
  }

  constexpr double kUnit = std::numeric_limits<float>::epsilon() / 2.0;
  for (size_t row = 0; row < rowCount; ++row) {
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
      double sum = double{bias[row]} + double{residual[row * plane + pixel]};
      double magnitude = std::abs(bias[row]) + std::abs(residual[row * plane + pixel]);
      const uint32_t end = matrix.rowStart[row + 1];
      for (uint32_t i = matrix.rowStart[row]; i < end; ++i) {
        const double product =
            double{matrix.value[i]} * double{input[matrix.column[i] * plane + pixel]};
        sum += product;
        magnitude += std::abs(product);
      }
      const double expected = std::clamp<double>(sum, clamp.minimum, clamp.maximum);
      // Every term is rounded once as a product, and then at most by every addition.
      const double roundings = static_cast<double>(end - matrix.rowStart[row]) + 3;
      ASSERT_NEAR(output.floats()[row * plane + pixel], expected, roundings * kUnit * magnitude)
          << "row " << row << ", pixel " << pixel;
    }
  }
}

TEST(MatrixWeights, addsBlocksOfChannelsUp) {
  for (const KernelTable* kernels : {&simdKernels(), &referenceKernels()}) {
    for (const size_t columns : {40, 300, 700, 1500}) {
      // Around one, two and three tiles of 28 and of 48 pixels.
      for (const size_t pixels : {1, 25, 28, 29, 48, 49, 55, 56, 95, 96, 149}) {
        for (const bool inPairs : {false, true}) checkSparse(*kernels, columns, pixels, inPairs);
      }
    }
  }
}

TEST(MatrixWeights, saysInHowManyBlocksItWorks) {
  Graph graph;
  const PlanContext context{graph, simdKernels(), SparseMode::Always, 1};
  const auto reasonFor = [&context](size_t rows, size_t columns) {
    StepReport report;
    MatrixWeights().choose(
        context, {.rows = rows, .columns = columns, .nonzeros = rows * columns / 5, .pixels = 1000},
        &report);
    return report.reason;
  };
  EXPECT_NE(reasonFor(64, 2048).find("blocks of channels"), std::string::npos);
  EXPECT_EQ(reasonFor(64, 64).find("blocks of channels"), std::string::npos);
  EXPECT_EQ(reasonFor(8, 2048).find("blocks of channels"), std::string::npos);
}

// ---- What is packed

constexpr size_t kGroups = 3;
constexpr size_t kPlane = 7;  // of the input, in floats

template <typename T>
void append(std::vector<uint8_t>& out, const T& number) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&number);
  out.insert(out.end(), bytes, bytes + sizeof number);
}

/// As GemmArgs and GemvArgs say: block by block the biases, then column by column the weights.
std::vector<uint8_t> expectedDense(const float* weights, const float* bias, size_t columns,
                                   size_t rowBlock) {
  std::vector<uint8_t> out;
  for (size_t block = 0; block < kRows; block += rowBlock) {
    for (size_t c = 0; c <= columns; ++c) {
      for (size_t row = block; row < block + rowBlock; ++row) {
        const bool inside = row < kRows && (c > 0 || bias != nullptr);
        append(out, !inside ? 0.0f : c == 0 ? bias[row] : weights[row * columns + c - 1]);
      }
    }
  }
  return out;
}

/// The order in which MatrixWeights hands it to the sparse kernel.
std::vector<uint8_t> expectedSparse(const float* weights, const float* bias, size_t columns,
                                    size_t blocks) {
  std::vector<uint8_t> rows;
  std::vector<SpmmFour> fours;
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t row = 0; row < kRows; ++row) {
      SpmmRow packed = {static_cast<uint32_t>(fours.size()), 0, 0};
      if (bias != nullptr && block == 0) packed.bias = bias[row];
      for (size_t c = block * columns / blocks; c < (block + 1) * columns / blocks; ++c) {
        const float weight = weights[row * columns + c];
        if (weight == 0) continue;
        const size_t place = packed.nonzeros++ % 4;
        if (place == 0) fours.push_back({});
        fours.back().inputOffsetBytes[place] = static_cast<int32_t>(c * kPlane * sizeof(float));
        fours.back().weight[place] = weight;
      }
      append(rows, packed);
    }
  }
  for (const SpmmFour& four : fours) append(rows, four);
  return rows;
}

/// As the report says it.
size_t blocksIn(const std::string& reason) {
  const size_t at = reason.find("; in ");
  return at == std::string::npos ? 1 : std::stoul(reason.substr(at + 5));
}

/// Packs each group from each kind of storage.
void checkPacking(const std::vector<float>& elements, size_t columns, SparseMode mode,
                  size_t pixels, bool withBias) {
  const Shape shape = {static_cast<int32_t>(kGroups * kRows), static_cast<int32_t>(columns)};
  std::vector<uint16_t> halves;
  halves.reserve(elements.size());
  for (const float element : elements) halves.push_back(halfOf(element));
  const DenseValue<float> wide(shape, DType::Float32, elements);
  const DenseValue<uint16_t> narrow(shape, DType::Float16, halves);
  const Value sparse = sparseOf(shape, elements);
  std::vector<float> biases;
  for (size_t row = 0; row < kGroups * kRows; ++row) biases.push_back(static_cast<float>(row) + 1);

  Graph graph;
  const PlanContext context{graph, simdKernels(), mode, 1};
  for (size_t group = 0; group < kGroups; ++group) {
    const size_t firstRow = group * kRows;
    const float* weights = elements.data() + firstRow * columns;
    const float* bias = withBias ? biases.data() + firstRow : nullptr;
    const size_t nonzeros = countNonzeros(wide.value, firstRow, kRows);
    StepReport report;
    MatrixWeights matrix;
    matrix.choose(context,
                  {.rows = kRows, .columns = columns, .nonzeros = nonzeros, .pixels = pixels},
                  &report);
    SCOPED_TRACE(testing::Message() << columns << " columns, group " << group << ", "
                                    << report.kernel << ": " << report.reason);
    const size_t blocks = matrix.isSparse() ? blocksIn(report.reason) : 1;
    std::vector<uint8_t> expected = matrix.isSparse()
                                        ? expectedSparse(weights, bias, columns, blocks)
                                        : expectedDense(weights, bias, columns, matrix.rowBlock());
    // Sparse rows are packed as they come: only how much they may take is known before.
    ASSERT_LE(expected.size(), matrix.packedBytes());
    if (!matrix.isSparse()) ASSERT_EQ(expected.size(), matrix.packedBytes());
    // Not a byte beyond.
    expected.resize(expected.size() + 64, 0xA5);
    for (const Value* value : {&wide.value, &narrow.value, &sparse}) {
      Block packed;
      ASSERT_TRUE(packed.allocate(expected.size()));
      std::memset(packed.data(), 0xA5, packed.size());
      matrix.pack(ConstantRows(*value->constant, columns), firstRow, bias, kPlane, packed.data());
      EXPECT_EQ(std::memcmp(packed.data(), expected.data(), expected.size()), 0)
          << (value == &sparse ? "sparse" : dtypeName(value->dtype));
    }
  }
}

TEST(MatrixWeights, packsPairsOfRowsColumnByColumn) {
  constexpr size_t kColumns = 3;
  const std::vector<float> elements = {0, 2, 3, 0, -4, 5, 0, 0, 0, 0, 0, 0, 6, 0, 0, 7, 0, 0};
  const std::vector<float> bias = {10, 20, 30, 40, 50, 60};
  const DenseValue<float> wide({6, kColumns}, DType::Float32, elements);
  Graph graph;
  StepReport report;
  MatrixWeights matrix;
  matrix.choose({graph, simdKernels(), SparseMode::Always, 1},
                {.rows = 6, .columns = kColumns, .nonzeros = 6, .pixels = 100, .comeInPairs = true},
                &report);
  EXPECT_NE(report.reason.find("rows come in pairs"), std::string::npos);
  std::vector<uint8_t> expected;
  const SpmmRow rows[] = {{0, 2, 10}, {2, 0, 20}, {2, 0, 30}, {2, 0, 40}, {2, 1, 50}, {3, 0, 60}};
  for (const SpmmRow& row : rows) append(expected, row);
  const int32_t plane = kPlane * sizeof(float);
  const SpmmPair pairs[] = {{plane, {2, -4}}, {2 * plane, {3, 5}}, {0, {6, 7}}};
  for (const SpmmPair& pair : pairs) append(expected, pair);
  ASSERT_EQ(matrix.packedBytes(), expected.size());
  std::vector<uint8_t> packed(expected.size());
  matrix.pack(ConstantRows(*wide.value.constant, kColumns), 0, bias.data(), kPlane, packed.data());
  EXPECT_EQ(packed, expected);
}

TEST(MatrixWeights, packsTheSameBytesFromAnyStorage) {
  // One column, and around one piece; in blocks (of 24 pixels each column takes 96 bytes of some
  // 32 KB) that are shorter and longer than a piece.
  for (const size_t columns : {size_t{1}, kPieceColumns - 1, kPieceColumns, kPieceColumns + 1,
                               size_t{700}, size_t{1500}}) {
    std::vector<float> elements(kGroups * kRows * columns, 0.0f);
    Random random(static_cast<uint32_t>(columns));
    for (size_t i = 0; i < elements.size(); ++i) {
      // The last group has no weights at all.
      if (i / columns / kRows == kGroups - 1 || random.below(3) > 0) continue;
      elements[i] = static_cast<float>(random.below(64)) / 8 - 3.9375f;
    }
    for (const size_t pixels : {size_t{1}, size_t{24}, size_t{1000}}) {
      checkPacking(elements, columns, SparseMode::Always, pixels, true);
      checkPacking(elements, columns, SparseMode::Never, pixels, true);
    }
    checkPacking(elements, columns, SparseMode::Always, 1000, false);
    checkPacking(elements, columns, SparseMode::Never, 1000, false);
  }
}

}  // namespace
}  // namespace filigree::test
