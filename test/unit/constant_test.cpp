// Reading constants: halves, dense and sparse floats, integers.
#include "graph/constant.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "unit/constant_support.h"

namespace filigree::test {
namespace {

const std::vector<float> kElements = {0, 5, 0, -6, 0, 0, 0, 0, 7, 0, 0, 0};

Value sparseValue() {
  return sparseOf({3, 1, 1, 4}, kElements);
}

std::vector<float> floatsOf(const Value& value) {
  std::vector<float> out(value.shape.elements(), -99.0f);
  readFloats(value, out.data());
  return out;
}

/// From the definition, with no bit trick in common with the code under test.
double halfByDefinition(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int mantissa = half & 1023;
  const double sign = half >> 15 != 0 ? -1 : 1;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

TEST(FloatFromHalf, isExactForAllFiniteHalves) {
  for (uint32_t half = 0; half < 65536; ++half) {
    if ((half >> 10 & 31) == 31) continue;
    const float expected = static_cast<float>(halfByDefinition(static_cast<uint16_t>(half)));
    const float actual = floatFromHalf(static_cast<uint16_t>(half));
    // By bits, for the sign of zero.
    ASSERT_EQ(std::bit_cast<uint32_t>(actual), std::bit_cast<uint32_t>(expected)) << half;
  }
}

TEST(FloatFromHalf, keepsInfinitiesAndNan) {
  EXPECT_EQ(floatFromHalf(0x7C00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(floatFromHalf(0xFC00), -std::numeric_limits<float>::infinity());
  for (uint32_t mantissa = 1; mantissa < 1024; ++mantissa) {
    ASSERT_TRUE(std::isnan(floatFromHalf(static_cast<uint16_t>(0x7C00 | mantissa))));
    ASSERT_TRUE(std::isnan(floatFromHalf(static_cast<uint16_t>(0xFC00 | mantissa))));
  }
}

TEST(ReadFloats, copiesFloatsOfAnyAlignment) {
  const DenseValue<float> dense({2, 3}, DType::Float32, {1, 0, -0.0f, 3, 1e-40f, 5});
  EXPECT_EQ(floatsOf(dense.value), (std::vector<float>{1, 0, -0.0f, 3, 1e-40f, 5}));
}

TEST(ReadFloats, widensHalves) {
  const DenseValue<uint16_t> dense({3}, DType::Float16, {0x3C00, 0xC000, 0x0001});
  EXPECT_EQ(floatsOf(dense.value), (std::vector<float>{1, -2, 0x1p-24f}));
}

TEST(ReadFloats, fillsTheGapsOfSparseTensors) {
  EXPECT_EQ(floatsOf(sparseValue()), kElements);
}

TEST(ReadFloats, readsNothingOfATensorWithoutElements) {
  Value value;
  value.shape = {0, 4};
  value.constant = std::make_shared<Constant>();
  EXPECT_TRUE(floatsOf(value).empty());
  EXPECT_EQ(countNonzeros(value), 0u);
}

TEST(ReadFloats, makesABlockOfItsOwn) {
  Block block;
  ASSERT_TRUE(readFloats(sparseValue(), &block).ok());
  EXPECT_EQ(block.size(), 12 * sizeof(float));
  EXPECT_EQ(block.floats()[3], -6.0f);
}

TEST(ReadIntegers, readsBothWidths) {
  std::vector<int32_t> out = {99};
  const DenseValue<int32_t> narrow({2}, DType::Int32, {-1, INT32_MAX});
  ASSERT_TRUE(readIntegers(narrow.value, &out).ok());
  EXPECT_EQ(out, (std::vector<int32_t>{-1, INT32_MAX}));
  const DenseValue<int64_t> wide({2}, DType::Int64, {INT32_MIN, INT32_MAX});
  ASSERT_TRUE(readIntegers(wide.value, &out).ok());
  EXPECT_EQ(out, (std::vector<int32_t>{INT32_MIN, INT32_MAX}));
}

TEST(ReadIntegers, rejectsWhatDoesNotFit) {
  std::vector<int32_t> out;
  for (const int64_t number : {int64_t{INT32_MAX} + 1, int64_t{INT32_MIN} - 1}) {
    const DenseValue<int64_t> wide({2}, DType::Int64, {7, number});
    const Status status = readIntegers(wide.value, &out);
    EXPECT_EQ(status.code(), StatusCode::InvalidModel);
    EXPECT_NE(status.message().find(std::to_string(number)), std::string::npos);
  }
}

TEST(ReadIntegers, rejectsFloats) {
  std::vector<int32_t> out;
  const DenseValue<float> dense({1}, DType::Float32, {1});
  const Status status = readIntegers(dense.value, &out);
  EXPECT_EQ(status.message(), "tensor 'v' is float32, expected int32 or int64");
}

TEST(CountNonzeros, countsWhateverIsNotAZeroOfEitherSign) {
  const DenseValue<float> floats({3, 2, 2}, DType::Float32,
                                 {0, 1, 0, 2, 0, 0, -0.0f, 0, NAN, 0, 0, 1e-40f});
  EXPECT_EQ(countNonzeros(floats.value), 4u);
  const DenseValue<uint16_t> halves({2, 2}, DType::Float16, {0x8000, 0x3C00, 0, 0x0001});
  EXPECT_EQ(countNonzeros(halves.value), 2u);
  EXPECT_EQ(countNonzeros(sparseValue()), 3u);
}

TEST(CountNonzeros, countsSomeRowsOnly) {
  const DenseValue<float> dense({3, 1, 1, 4}, DType::Float32, kElements);
  for (const Value& value : {dense.value, sparseValue()}) {
    EXPECT_EQ(countNonzeros(value, 0, 1), 2u);
    EXPECT_EQ(countNonzeros(value, 1, 1), 0u);
    EXPECT_EQ(countNonzeros(value, 1, 2), 1u);
    EXPECT_EQ(countNonzeros(value, 0, 3), 3u);
    EXPECT_EQ(countNonzeros(value, 3, 0), 0u);
  }
}

TEST(CountNonzeros, countsEachPlaceOfAWindow) {
  // Two rows of 1 × 3 taps with two channels.
  const std::vector<float> elements = {1, 2, 0, 3, 0, 0, 4, 0, 5, 6, 0, 0};
  const DenseValue<float> dense({2, 1, 3, 2}, DType::Float32, elements);
  const std::vector<size_t> expected = {3, 3, 0};
  EXPECT_EQ(countNonzerosOfTaps(dense.value), expected);
  EXPECT_EQ(countNonzerosOfTaps(sparseOf({2, 1, 3, 2}, elements)), expected);
}

// ---- Rows

constexpr size_t kRows = 3;
constexpr size_t kColumns = 2 * kPieceColumns + 5;

/// Whole numbers, half of them zeros; the second row is all zeros.
std::vector<float> rowElements() {
  std::vector<float> elements(kRows * kColumns, 0.0f);
  for (size_t i = 0; i < elements.size(); ++i) {
    const size_t mixed = i * 2654435761u % 4096;
    if (i / kColumns != 1 && mixed % 2 == 1) elements[i] = static_cast<float>(mixed % 64) - 31.5f;
  }
  return elements;
}

/// Calls check(rows of a constant) for each way to store these elements.
template <typename Check>
void forEachStorage(const std::vector<float>& elements, const Check& check) {
  const Shape shape = {static_cast<int32_t>(kRows), static_cast<int32_t>(kColumns)};
  std::vector<uint16_t> halves;
  halves.reserve(elements.size());
  for (const float element : elements) halves.push_back(halfOf(element));
  const DenseValue<float> wide(shape, DType::Float32, elements);
  const DenseValue<uint16_t> narrow(shape, DType::Float16, halves);
  const Value sparse = sparseOf(shape, elements);
  for (const Value* value : {&wide.value, &narrow.value, &sparse}) {
    SCOPED_TRACE(value->constant->sparse != nullptr ? "sparse" : dtypeName(value->dtype));
    check(ConstantRows(*value->constant, kColumns));
  }
}

TEST(ConstantRows, readsPiecesOfRows) {
  const std::vector<float> elements = rowElements();
  forEachStorage(elements, [&](const ConstantRows& rows) {
    EXPECT_EQ(rows.columns(), kColumns);
    for (size_t row = 0; row < kRows; ++row) {
      for (const auto& [first, count] :
           {std::pair<size_t, size_t>{0, kColumns}, {0, 1}, {7, 64}, {kColumns - 1, 1}, {9, 0}}) {
        std::vector<float> piece(count, -99.0f);
        rows.read(row, first, count, piece.data());
        const auto begin = elements.begin() + static_cast<ptrdiff_t>(row * kColumns + first);
        EXPECT_EQ(piece, std::vector<float>(begin, begin + static_cast<ptrdiff_t>(count)))
            << "row " << row << ", from " << first;
      }
    }
  });
}

TEST(ConstantRows, findsTheNonzerosOfPieces) {
  const std::vector<float> elements = rowElements();
  forEachStorage(elements, [&](const ConstantRows& rows) {
    for (size_t row = 0; row < kRows; ++row) {
      for (const size_t first : {size_t{0}, size_t{1}, kColumns - kPieceColumns}) {
        PieceNonzeros found;
        rows.findNonzeros(row, first, kPieceColumns, &found);
        size_t next = 0;
        for (size_t column = first; column < first + kPieceColumns; ++column) {
          const float element = elements[row * kColumns + column];
          if (element == 0) continue;
          ASSERT_LT(next, found.count);
          ASSERT_EQ(found.column[next], column);
          ASSERT_EQ(found.value[next], element);
          ++next;
        }
        EXPECT_EQ(found.count, next);
      }
    }
  });
}

TEST(ConstantRows, keepsNanAndDropsBothZeros) {
  const DenseValue<float> dense({1, 5}, DType::Float32, {-0.0f, NAN, 0, 1e-40f, INFINITY});
  PieceNonzeros found;
  ConstantRows(*dense.value.constant, 5).findNonzeros(0, 0, 5, &found);
  ASSERT_EQ(found.count, 3u);
  EXPECT_EQ(found.column[0], 1u);
  EXPECT_TRUE(std::isnan(found.value[0]));
  EXPECT_EQ(found.value[1], 1e-40f);
  EXPECT_EQ(found.value[2], INFINITY);
}

TEST(ConstantRows, comeInPairsWhereEveryTwoHaveTheSameZeros) {
  const size_t columns = kPieceColumns + 3;
  std::vector<float> elements(6 * columns, 0.0f);
  for (const size_t row : {0, 1, 4, 5}) {
    elements[row * columns + row / 2] = static_cast<float>(row + 1);
    elements[(row + 1) * columns - 1] = -1;  // in the last piece
  }
  const auto comeInPairs = [&](size_t firstRow, size_t rows) {
    const Shape shape = {6, static_cast<int32_t>(columns)};
    const DenseValue<float> dense(shape, DType::Float32, elements);
    const Value sparse = sparseOf(shape, elements);
    const bool result = ConstantRows(*dense.value.constant, columns).comeInPairs(firstRow, rows);
    EXPECT_EQ(ConstantRows(*sparse.constant, columns).comeInPairs(firstRow, rows), result);
    return result;
  };
  EXPECT_TRUE(comeInPairs(0, 6));
  EXPECT_TRUE(comeInPairs(2, 4));
  EXPECT_FALSE(comeInPairs(0, 5));  // one is left over
  EXPECT_FALSE(comeInPairs(1, 4));
  elements[6 * columns - 1] = 0;
  EXPECT_FALSE(comeInPairs(0, 6));
  EXPECT_TRUE(comeInPairs(0, 4));
  elements[6 * columns - 2] = 1;  // as many, but in another column
  EXPECT_FALSE(comeInPairs(0, 6));
}

TEST(ConstantRows, mayDivideTheSlicesOfTheFirstAxis) {
  // As depthwise weights are read: a row for each place of the window.
  const Value value = sparseOf({1, 3, 1, 4}, kElements);
  const ConstantRows rows(*value.constant, 4);
  std::vector<float> row(4);
  rows.read(2, 0, 4, row.data());
  EXPECT_EQ(row, (std::vector<float>{7, 0, 0, 0}));
  PieceNonzeros found;
  rows.findNonzeros(0, 2, 2, &found);
  ASSERT_EQ(found.count, 1u);
  EXPECT_EQ(found.column[0], 3u);
  EXPECT_EQ(found.value[0], -6.0f);
}

TEST(ConstantRows, mayTakePartsOfRows) {
  const std::vector<float> elements = rowElements();
  constexpr size_t kPart = 47;  // 11 of them in a row of 517
  static_assert(kColumns % kPart == 0);
  const std::vector<size_t> parts = {10, 0, 3, 4, 5, 7};
  const Shape shape = {static_cast<int32_t>(kRows), static_cast<int32_t>(kColumns)};
  const DenseValue<float> dense(shape, DType::Float32, elements);
  const Value sparse = sparseOf(shape, elements);
  for (const Value* value : {&dense.value, &sparse}) {
    const ConstantRows rows(*value->constant, kColumns, kPart, parts);
    ASSERT_EQ(rows.columns(), parts.size() * kPart);
    for (size_t row = 0; row < kRows; ++row) {
      constexpr size_t kFirst = 20;
      std::vector<float> piece(kPieceColumns);
      rows.read(row, kFirst, kPieceColumns, piece.data());
      PieceNonzeros found;
      rows.findNonzeros(row, kFirst, kPieceColumns, &found);
      size_t next = 0;
      for (size_t column = kFirst; column < kFirst + kPieceColumns; ++column) {
        const float element =
            elements[row * kColumns + parts[column / kPart] * kPart + column % kPart];
        ASSERT_EQ(piece[column - kFirst], element) << "row " << row << ", column " << column;
        if (element == 0) continue;
        ASSERT_LT(next, found.count);
        ASSERT_EQ(found.column[next], column);
        ASSERT_EQ(found.value[next], element);
        ++next;
      }
      EXPECT_EQ(found.count, next);
    }
  }
}

}  // namespace
}  // namespace filigree::test
