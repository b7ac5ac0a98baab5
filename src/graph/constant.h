// Reading a constant's elements, whatever way the file stores them.
#pragma once

#include <bit>
#include <memory>
#include <vector>

#include "graph/graph.h"
#include "memory.h"
#include "status.h"

namespace filigree {

/// IEEE 754 binary16 → binary32, exact, subnormals, infinities and NaN included. Inline, since
/// models have millions of halves, all of which are read while somebody waits.
inline float floatFromHalf(uint16_t half) {
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

/// Writes all elements of a float constant (Float32, Float16 or sparse), row-major, to `out`, which
/// has room for shape.elements() floats.
void readFloats(const Value& value, float* out);

/// The same into a block of its own.
Status readFloats(const Value& value, Block* out);

/// The elements of an integer constant (Int32, or Int64 whose values fit 32 bits).
Status readIntegers(const Value& value, std::vector<int32_t>* out);

/// The nonzeros of a float constant. Dense storage is searched for exact zeros; what the file has
/// as a sparse matrix is handed out without a copy.
std::shared_ptr<const SparseMatrix> readSparse(const Value& value);

/// Adds a row of matrix->columns elements to a matrix, which starts with a rowStart of {0}.
void appendRow(const float* elements, SparseMatrix* matrix);

/// Nonzero elements of a float constant.
size_t countNonzeros(const Value& value);

}  // namespace filigree
