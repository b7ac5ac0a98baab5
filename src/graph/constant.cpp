#include "graph/constant.h"

#include <algorithm>
#include <cstring>

namespace filigree {

namespace {

/// `count` elements of dense storage, from element `first` on.
void readDense(const Constant& constant, size_t first, size_t count, float* out) {
  if (count == 0) return;
  if (constant.storage == DType::Float32) {
    std::memcpy(out, constant.bytes + first * sizeof(float), count * sizeof(float));
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    uint16_t half;
    std::memcpy(&half, constant.bytes + (first + i) * sizeof half, sizeof half);
    out[i] = floatFromHalf(half);
  }
}

/// Elements whose bits are not all zero but for the sign's.
template <typename Bits>
size_t countNonzeroBits(const Constant& constant, size_t elements) {
  size_t count = 0;
  for (size_t i = 0; i < elements; ++i) {
    Bits bits;
    std::memcpy(&bits, constant.bytes + i * sizeof bits, sizeof bits);
    count += static_cast<Bits>(bits << 1) != 0 ? 1 : 0;
  }
  return count;
}

}  // namespace

void readFloats(const Value& value, float* out) {
  const Constant& constant = *value.constant;
  if (constant.sparse != nullptr) {
    const SparseMatrix& sparse = *constant.sparse;
    std::memset(out, 0, value.shape.elements() * sizeof(float));
    for (size_t row = 0; row < sparse.rows; ++row) {
      for (uint32_t i = sparse.rowStart[row]; i < sparse.rowStart[row + 1]; ++i) {
        out[row * sparse.columns + sparse.column[i]] = sparse.value[i];
      }
    }
    return;
  }
  readDense(constant, 0, value.shape.elements(), out);
}

Status readFloats(const Value& value, Block* out) {
  const size_t bytes = value.shape.elements() * sizeof(float);
  if (!out->allocate(bytes)) {
    return outOfMemory("no room for the ", bytes, " bytes of tensor '", value.name, "'");
  }
  readFloats(value, out->floats());
  return {};
}

Status readIntegers(const Value& value, std::vector<int32_t>* out) {
  const Constant& constant = *value.constant;
  const size_t elements = value.shape.elements();
  out->resize(elements);
  for (size_t i = 0; i < elements; ++i) {
    if (constant.storage == DType::Int32) {
      std::memcpy(&(*out)[i], constant.bytes + i * 4, 4);
      continue;
    }
    if (constant.storage != DType::Int64) {
      return invalidModel("tensor '", value.name, "' is ", dtypeName(value.dtype),
                          ", expected int32 or int64");
    }
    int64_t wide;
    std::memcpy(&wide, constant.bytes + i * 8, 8);
    if (wide < INT32_MIN || wide > INT32_MAX) {
      return invalidModel("tensor '", value.name, "' element ", i, " is ", wide,
                          ", expected an integer of 32 bits");
    }
    (*out)[i] = static_cast<int32_t>(wide);
  }
  return {};
}

std::shared_ptr<const SparseMatrix> readSparse(const Value& value) {
  const Constant& constant = *value.constant;
  if (constant.sparse != nullptr) return constant.sparse;
  const auto made = std::make_shared<SparseMatrix>();
  SparseMatrix& matrix = *made;
  const size_t elements = value.shape.elements();
  const size_t rows = value.shape.rank() == 0 ? 1 : static_cast<size_t>(value.shape[0]);
  matrix.columns = rows == 0 ? 0 : elements / rows;
  matrix.rowStart.reserve(rows + 1);
  matrix.rowStart.push_back(0);
  const size_t nonzeros = countNonzeros(value);
  matrix.column.reserve(nonzeros + 1);
  matrix.value.reserve(nonzeros + 1);
  std::vector<float> row(matrix.columns);
  for (size_t i = 0; i < rows; ++i) {
    readDense(constant, i * matrix.columns, matrix.columns, row.data());
    appendRow(row.data(), &matrix);
  }
  return made;
}

void appendRow(const float* elements, SparseMatrix* matrix) {
  size_t count = matrix->value.size();
  const float* end = elements + matrix->columns;
  const auto zeros = static_cast<size_t>(std::count(elements, end, 0.0f));
  const size_t after = count + matrix->columns - zeros;
  // Every element is written, and the next one over it where it is zero: one place more than stays.
  matrix->column.resize(after + 1);
  matrix->value.resize(after + 1);
  for (size_t column = 0; column < matrix->columns; ++column) {
    matrix->column[count] = static_cast<uint32_t>(column);
    matrix->value[count] = elements[column];
    count += elements[column] != 0 ? 1 : 0;
  }
  matrix->column.resize(after);
  matrix->value.resize(after);
  matrix->rowStart.push_back(static_cast<uint32_t>(after));
  ++matrix->rows;
}

size_t countNonzeros(const Value& value) {
  if (value.constant->sparse != nullptr) return value.constant->sparse->value.size();
  const Constant& constant = *value.constant;
  const size_t elements = value.shape.elements();
  if (constant.storage == DType::Float16) return countNonzeroBits<uint16_t>(constant, elements);
  return countNonzeroBits<uint32_t>(constant, elements);
}

}  // namespace filigree
