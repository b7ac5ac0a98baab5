// The levels of a sparse tensor's tree, read and checked: read_sparse.cpp walks them without a
// check.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "graph/graph.h"
#include "status.h"
#include "tflite/model_file.h"

namespace filigree {

constexpr size_t kMaxLevels = 2 * kMaxRank;

/// One of the three unions' vectors of integers.
struct Integers {
  const uint8_t* bytes = nullptr;
  size_t count = 0;
  size_t width = 0;  // bytes of one

  int64_t operator[](size_t index) const {
    if (width == 1) return bytes[index];
    if (width == 2) {
      uint16_t number;
      std::memcpy(&number, bytes + index * 2, 2);
      return number;
    }
    int32_t number;
    std::memcpy(&number, bytes + index * 4, 4);
    return number;
  }
};

struct Level {
  bool compressed = false;
  uint32_t size = 0;    // children of a node, or the bound of their indices
  uint32_t stride = 0;  // elements between two neighbours, in the tensor's row-major order
  Integers segments;
  Integers indices;
};

struct SparseLevels {
  Level level[kMaxLevels];
  size_t count = 0;
  size_t leaves = 0;
};

/// Steps and entries that all sparse tensors of a file may take together, so that a small file
/// whose tensors share their data, or state a huge shape, cannot ask for much time or memory.
struct SparseBudget {
  size_t left = 0;

  Status spend(const Value& value, size_t count);
};

/// Generous for every honest file: a nonzero takes two bytes or more.
constexpr SparseBudget sparseBudget(size_t fileBytes) {
  return {4 * std::min(fileBytes, SIZE_MAX / 8) + (size_t{1} << 20)};
}

/// After this, going down level by level from node 0 stays inside all arrays and reaches each of
/// the leaves once.
Status readSparseLevels(const tflite::SparsityParameters& sparsity, const Value& value,
                        SparseBudget* budget, SparseLevels* out);

}  // namespace filigree
