// Constants as a file may store them: dense at odd addresses, in fp32 and fp16, and sparse.
#pragma once

#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "graph/graph.h"

namespace filigree::test {

/// A value over bytes that start at an odd address, as they may in a file, and end with their
/// allocation.
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

/// The nonzeros of these elements, as compressed rows.
inline Value sparseOf(const Shape& shape, const std::vector<float>& elements) {
  auto matrix = std::make_shared<SparseMatrix>();
  matrix->rows = static_cast<size_t>(shape[0]);
  matrix->columns = elements.size() / matrix->rows;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i % matrix->columns == 0) {
      matrix->rowStart.push_back(static_cast<uint32_t>(matrix->value.size()));
    }
    if (elements[i] == 0) continue;
    matrix->column.push_back(static_cast<uint32_t>(i % matrix->columns));
    matrix->value.push_back(elements[i]);
  }
  matrix->rowStart.push_back(static_cast<uint32_t>(matrix->value.size()));
  auto constant = std::make_shared<Constant>();
  constant->sparse = matrix;
  Value value;
  value.name = "s";
  value.shape = shape;
  value.constant = constant;
  return value;
}

/// Of numbers that a normal half holds exactly, and of zero.
inline uint16_t halfOf(float number) {
  const int sign = std::signbit(number) ? 0x8000 : 0;
  if (number == 0) return static_cast<uint16_t>(sign);
  int exponent;
  const float fraction = std::frexp(std::abs(number), &exponent);  // in [0.5, 1)
  const int mantissa = static_cast<int>(fraction * 2048) - 1024;
  return static_cast<uint16_t>(sign | (exponent + 14) << 10 | mantissa);
}

}  // namespace filigree::test
