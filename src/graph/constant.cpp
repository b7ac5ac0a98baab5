#include "graph/constant.h"

#include <bit>
#include <cstring>

namespace filigree {

namespace {

/// Calls visit(index, element) for each element of dense storage.
template <typename Visit>
void forEachDense(const Value& value, Visit visit) {
  const Constant& constant = *value.constant;
  const size_t elements = value.shape.elements();
  if (constant.storage == DType::Float16) {
    for (size_t i = 0; i < elements; ++i) {
      uint16_t half;
      std::memcpy(&half, constant.bytes + i * sizeof half, sizeof half);
      visit(i, floatFromHalf(half));
    }
    return;
  }
  for (size_t i = 0; i < elements; ++i) {
    float element;
    std::memcpy(&element, constant.bytes + i * sizeof element, sizeof element);
    visit(i, element);
  }
}

}  // namespace

float floatFromHalf(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 31u;
  const uint32_t mantissa = half & 0x3FFu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
  if (exponent == 0) {
    // Subnormal halves are multiples of 2^-24, which float32 holds exactly.
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign == 0 ? magnitude : -magnitude;
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

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
  if (constant.storage == DType::Float32) {
    if (constant.byteCount > 0) std::memcpy(out, constant.bytes, constant.byteCount);
    return;
  }
  forEachDense(value, [out](size_t index, float element) { out[index] = element; });
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

SparseMatrix readSparse(const Value& value) {
  const Constant& constant = *value.constant;
  if (constant.sparse != nullptr) return *constant.sparse;
  SparseMatrix matrix;
  const size_t elements = value.shape.elements();
  matrix.rows = value.shape.rank() == 0 ? 1 : static_cast<size_t>(value.shape[0]);
  matrix.columns = matrix.rows == 0 ? 0 : elements / matrix.rows;
  matrix.rowStart.reserve(matrix.rows + 1);
  forEachDense(value, [&matrix](size_t index, float element) {
    if (index % matrix.columns == 0) {
      matrix.rowStart.push_back(static_cast<uint32_t>(matrix.value.size()));
    }
    if (element == 0) return;
    matrix.column.push_back(static_cast<uint32_t>(index % matrix.columns));
    matrix.value.push_back(element);
  });
  matrix.rowStart.resize(matrix.rows + 1, static_cast<uint32_t>(matrix.value.size()));
  return matrix;
}

size_t countNonzeros(const Value& value) {
  if (value.constant->sparse != nullptr) return value.constant->sparse->value.size();
  size_t count = 0;
  forEachDense(value, [&count](size_t, float element) { count += element != 0 ? 1 : 0; });
  return count;
}

}  // namespace filigree
