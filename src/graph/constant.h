// Reading a constant's elements, whatever way the file stores them.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "memory.h"
#include "status.h"

namespace filigree {

/// IEEE 754 binary16 → binary32, exact, subnormals, infinities and NaN included.
float floatFromHalf(uint16_t half);

/// Writes all elements of a float constant (Float32, Float16 or sparse), row-major, to `out`, which
/// has room for shape.elements() floats.
void readFloats(const Value& value, float* out);

/// The same into a block of its own.
Status readFloats(const Value& value, Block* out);

/// The elements of an integer constant (Int32, or Int64 whose values fit 32 bits).
Status readIntegers(const Value& value, std::vector<int32_t>* out);

/// The nonzeros of a float constant. Dense storage is searched for exact zeros.
SparseMatrix readSparse(const Value& value);

/// Nonzero elements of a float constant.
size_t countNonzeros(const Value& value);

}  // namespace filigree
