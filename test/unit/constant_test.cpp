// Reading constants: halves, dense and sparse floats, integers.
#include "graph/constant.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace filigree::test {
namespace {

/// A value over bytes that start at an odd address, as they may in a file.
template <typename T>
struct DenseValue {
  DenseValue(const Shape& shape, DType dtype, const std::vector<T>& elements)
      : storage(elements.size() * sizeof(T) + 1) {
    std::memcpy(storage.data() + 1, elements.data(), elements.size() * sizeof(T));
    auto constant = std::make_shared<Constant>();
    constant->storage = dtype;
    constant->bytes = storage.data() + 1;
    constant->byteCount = elements.size() * sizeof(T);
    value.name = "v";
    value.shape = shape;
    value.dtype = dtype;
    value.constant = constant;
  }

  std::vector<uint8_t> storage;
  Value value;
};

Value sparseValue() {
  auto matrix = std::make_shared<SparseMatrix>();
  matrix->rows = 3;
  matrix->columns = 4;
  matrix->rowStart = {0, 2, 2, 3};
  matrix->column = {1, 3, 0};
  matrix->value = {5, -6, 7};
  auto constant = std::make_shared<Constant>();
  constant->sparse = matrix;
  Value value;
  value.name = "s";
  value.shape = {3, 1, 1, 4};
  value.constant = constant;
  return value;
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
  EXPECT_EQ(floatsOf(sparseValue()), (std::vector<float>{0, 5, 0, -6, 0, 0, 0, 0, 7, 0, 0, 0}));
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

TEST(ReadSparse, findsTheNonzerosOfDenseStorage) {
  const DenseValue<float> dense({3, 2, 2}, DType::Float32,
                                {0, 1, 0, 2, 0, 0, -0.0f, 0, NAN, 0, 0, 3});
  const SparseMatrix matrix = *readSparse(dense.value);
  EXPECT_EQ(matrix.rows, 3u);
  EXPECT_EQ(matrix.columns, 4u);
  EXPECT_EQ(matrix.rowStart, (std::vector<uint32_t>{0, 2, 2, 4}));
  EXPECT_EQ(matrix.column, (std::vector<uint32_t>{1, 3, 0, 3}));
  EXPECT_EQ(matrix.value[1], 2.0f);
  EXPECT_TRUE(std::isnan(matrix.value[2]));
  EXPECT_EQ(countNonzeros(dense.value), 4u);
}

TEST(ReadSparse, findsTheNonzerosOfHalves) {
  const DenseValue<uint16_t> dense({2, 2}, DType::Float16, {0x8000, 0x3C00, 0, 0x0001});
  const SparseMatrix matrix = *readSparse(dense.value);
  EXPECT_EQ(matrix.rowStart, (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(matrix.column, (std::vector<uint32_t>{1, 1}));
  EXPECT_EQ(countNonzeros(dense.value), 2u);
}

TEST(ReadSparse, keepsSparseTensorsAsTheyAre) {
  const Value value = sparseValue();
  EXPECT_EQ(readSparse(value), value.constant->sparse);
  EXPECT_EQ(countNonzeros(value), 3u);
}

TEST(ReadSparse, scalarsAndEmptyTensorsHaveRowsToo) {
  const DenseValue<float> scalar({}, DType::Float32, {4});
  const SparseMatrix one = *readSparse(scalar.value);
  EXPECT_EQ(one.rows, 1u);
  EXPECT_EQ(one.columns, 1u);
  EXPECT_EQ(one.rowStart, (std::vector<uint32_t>{0, 1}));
  for (const Shape& shape : {Shape{0, 3}, Shape{3, 0}, Shape{0}}) {
    Value value;
    value.shape = shape;
    value.constant = std::make_shared<Constant>();
    const SparseMatrix matrix = *readSparse(value);
    EXPECT_EQ(matrix.rows, static_cast<size_t>(shape[0]));
    EXPECT_EQ(matrix.rowStart, std::vector<uint32_t>(matrix.rows + 1, 0));
  }
}

}  // namespace
}  // namespace filigree::test
