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
size_t countNonzeroBits(const Constant& constant, size_t first, size_t elements) {
  const uint8_t* bytes = constant.bytes + first * sizeof(Bits);
  // No tensor has more elements than 32 bits can count, and four counters fit a vector.
  uint32_t count = 0;
  for (size_t i = 0; i < elements; ++i) {
    Bits bits;
    std::memcpy(&bits, bytes + i * sizeof bits, sizeof bits);
    count += static_cast<Bits>(bits << 1) != 0 ? 1 : 0;
  }
  return count;
}

/// Of dense storage, from element `first` on.
size_t countDenseNonzeros(const Constant& constant, size_t first, size_t elements) {
  if (elements == 0) return 0;
  if (constant.storage == DType::Float16) {
    return countNonzeroBits<uint16_t>(constant, first, elements);
  }
  return countNonzeroBits<uint32_t>(constant, first, elements);
}

/// Where the nonzeros of some neighbours lie in the lists of their matrix.
struct ListRange {
  uint32_t first;
  uint32_t last;
  size_t firstColumn;  // of the neighbours, in the matrix
};

/// `first` and `count`: elements of the tensor, all of them in one row of the matrix.
ListRange findRange(const SparseMatrix& matrix, size_t first, size_t count) {
  const size_t row = first / matrix.columns;
  const size_t firstColumn = first % matrix.columns;
  const auto begin = matrix.column.begin() + matrix.rowStart[row];
  const auto end = matrix.column.begin() + matrix.rowStart[row + 1];
  const auto from = std::lower_bound(begin, end, firstColumn);
  const auto to = std::lower_bound(from, end, firstColumn + count);
  return {static_cast<uint32_t>(from - matrix.column.begin()),
          static_cast<uint32_t>(to - matrix.column.begin()), firstColumn};
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

size_t countNonzeros(const Value& value) {
  if (value.constant->sparse != nullptr) return value.constant->sparse->value.size();
  return countDenseNonzeros(*value.constant, 0, value.shape.elements());
}

size_t countNonzeros(const Value& value, size_t firstRow, size_t rows) {
  if (value.constant->sparse != nullptr) {
    const std::vector<uint32_t>& rowStart = value.constant->sparse->rowStart;
    return rowStart[firstRow + rows] - rowStart[firstRow];
  }
  const size_t columns = value.shape.elements() / static_cast<size_t>(value.shape[0]);
  return countDenseNonzeros(*value.constant, firstRow * columns, rows * columns);
}

std::vector<size_t> countNonzerosOfTaps(const Value& weights) {
  const auto channels = static_cast<size_t>(weights.shape.channels());
  const size_t taps =
      static_cast<size_t>(weights.shape.height()) * static_cast<size_t>(weights.shape.width());
  std::vector<size_t> counts(taps, 0);
  if (weights.constant->sparse != nullptr) {
    for (const uint32_t column : weights.constant->sparse->column) ++counts[column / channels];
    return counts;
  }
  const size_t places = static_cast<size_t>(weights.shape[0]) * taps;
  for (size_t place = 0; place < places; ++place) {
    counts[place % taps] += countDenseNonzeros(*weights.constant, place * channels, channels);
  }
  return counts;
}

void ConstantRows::readElements(size_t first, size_t count, float* out) const {
  if (constant_.sparse == nullptr) {
    readDense(constant_, first, count, out);
    return;
  }
  const SparseMatrix& matrix = *constant_.sparse;
  std::fill_n(out, count, 0.0f);
  const ListRange range = findRange(matrix, first, count);
  for (uint32_t i = range.first; i < range.last; ++i) {
    out[matrix.column[i] - range.firstColumn] = matrix.value[i];
  }
}

void ConstantRows::read(size_t row, size_t firstColumn, size_t count, float* out) const {
  const size_t rowFirst = row * rowElements_;
  if (parts_ == nullptr) {
    readElements(rowFirst + firstColumn, count, out);
    return;
  }
  for (size_t column = firstColumn; column < firstColumn + count;) {
    const size_t within = column % partElements_;
    const size_t length = std::min(partElements_ - within, firstColumn + count - column);
    const size_t part = (*parts_)[column / partElements_];
    readElements(rowFirst + part * partElements_ + within, length, out);
    out += length;
    column += length;
  }
}

void ConstantRows::findNonzeros(size_t row, size_t firstColumn, size_t count,
                                PieceNonzeros* out) const {
  if (constant_.sparse != nullptr && parts_ == nullptr) {
    const SparseMatrix& matrix = *constant_.sparse;
    const ListRange range = findRange(matrix, row * rowElements_ + firstColumn, count);
    out->count = range.last - range.first;
    for (size_t i = 0; i < out->count; ++i) {
      const size_t column = matrix.column[range.first + i] - range.firstColumn + firstColumn;
      out->column[i] = static_cast<uint32_t>(column);
      out->value[i] = matrix.value[range.first + i];
    }
    return;
  }
  read(row, firstColumn, count, out->value);
  // Every element moves to the next place, and the next one over it where it is zero: no branch,
  // which would be guessed wrong every few weights.
  size_t nonzeros = 0;
  for (size_t i = 0; i < count; ++i) {
    const float value = out->value[i];
    out->column[nonzeros] = static_cast<uint32_t>(firstColumn + i);
    out->value[nonzeros] = value;
    nonzeros += value != 0 ? 1 : 0;
  }
  out->count = nonzeros;
}

bool ConstantRows::comeInPairs(size_t firstRow, size_t rows) const {
  if (rows % 2 != 0) return false;
  PieceNonzeros upper;
  PieceNonzeros lower;
  for (size_t row = firstRow; row < firstRow + rows; row += 2) {
    for (size_t first = 0; first < columns_; first += kPieceColumns) {
      const size_t count = std::min(kPieceColumns, columns_ - first);
      findNonzeros(row, first, count, &upper);
      findNonzeros(row + 1, first, count, &lower);
      if (!std::equal(upper.column, upper.column + upper.count, lower.column,
                      lower.column + lower.count)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace filigree
