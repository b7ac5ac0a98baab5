// Reading a constant's elements, whatever way the file stores them.
#pragma once

#include <bit>
#include <memory>
#include <vector>

#include "graph/graph.h"
#include "memory.h"
#include "status.h"

namespace filigree {

/// IEEE 754 binary16 → binary32, exact, subnormals, infinities and NaN included. Inline and without
/// a branch, so that loops over it become vectors: models have millions of halves, all of which are
/// read while somebody waits.
inline float floatFromHalf(uint16_t half) {
  constexpr uint32_t kRebias = 112u << 23;  // between the exponents' biases, 15 and 127
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t magnitude = half & 0x7FFFu;
  // Once for finite numbers; twice takes the largest exponent, 31, to 255.
  const uint32_t rebias = magnitude >= 0x7C00u ? 2 * kRebias : kRebias;
  const uint32_t normal = (magnitude << 13) + rebias;
  // Subnormal halves are multiples of 2^-24, which is the place of the last bit of 0.5.
  const float subnormal = std::bit_cast<float>(0x3F000000u + magnitude) - 0.5f;
  const uint32_t bits = magnitude < 0x400u ? std::bit_cast<uint32_t>(subnormal) : normal;
  return std::bit_cast<float>(sign | bits);
}

/// Writes all elements of a float constant (Float32, Float16 or sparse), row-major, to `out`, which
/// has room for shape.elements() floats.
void readFloats(const Value& value, float* out);

/// The same into a block of its own.
Status readFloats(const Value& value, Block* out);

/// The elements of an integer constant (Int32, or Int64 whose values fit 32 bits).
Status readIntegers(const Value& value, std::vector<int32_t>* out);

/// Nonzero elements of a float constant.
size_t countNonzeros(const Value& value);

/// The same of `rows` slices of the first axis, from `firstRow` on.
size_t countNonzeros(const Value& value, size_t firstRow, size_t rows);

/// Of weights (rows × height × width × channels) the nonzeros at each place of the window.
std::vector<size_t> countNonzerosOfTaps(const Value& weights);

/// What is read at a time: stays in the first cache, widened, beside what is made of it.
inline constexpr size_t kPieceColumns = 256;

/// The nonzeros among at most kPieceColumns neighbours of a row, by ascending columns.
struct PieceNonzeros {
  size_t count = 0;
  uint32_t column[kPieceColumns];
  float value[kPieceColumns];
};

/// A float constant as a matrix that is read piece by piece, so that weights get from the file to
/// where the kernels want them without a widened copy in between: it is the first touch of memory
/// that takes the time.
class ConstantRows {
 public:
  /// Rows of so many elements. They must not cross the slices of the first axis.
  ConstantRows(const Constant& constant, size_t columns)
      : constant_(constant), rowElements_(columns), columns_(columns) {}

  /// Of such rows only some parts, one behind the other: part p is `partElements` elements from
  /// parts[p] · partElements on. As the phases of a transposed convolution take their taps.
  ConstantRows(const Constant& constant, size_t rowElements, size_t partElements,
               const std::vector<size_t>& parts)
      : constant_(constant),
        rowElements_(rowElements),
        columns_(parts.size() * partElements),
        partElements_(partElements),
        parts_(&parts) {}

  size_t columns() const { return columns_; }

  /// Writes the elements of `row` from `firstColumn` on.
  void read(size_t row, size_t firstColumn, size_t count, float* out) const;

  /// `count`: at most kPieceColumns.
  void findNonzeros(size_t row, size_t firstColumn, size_t count, PieceNonzeros* out) const;

  /// Whether of `rows` rows from firstRow on every two have their nonzeros in the same columns.
  bool comeInPairs(size_t firstRow, size_t rows) const;

 private:
  /// Elements of the tensor that do not cross a slice of its first axis.
  void readElements(size_t first, size_t count, float* out) const;

  const Constant& constant_;
  size_t rowElements_;
  size_t columns_;
  size_t partElements_ = 0;
  const std::vector<size_t>* parts_ = nullptr;  // null: rows are read as they are
};

}  // namespace filigree
