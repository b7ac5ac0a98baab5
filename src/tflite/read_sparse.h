// Sparse constants: the file's tree of dense and compressed levels → SparseMatrix.
//
// A tensor of rank n with k blocked axes is a tree of n + k levels, each of which walks one axis: a
// tensor axis (in blocks, where it is blocked) or the inside of its blocks. A dense level has a fixed
// number of children per node, a compressed one (SPARSE_CSR) lists them. The leaves are the values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "graph/graph.h"
#include "status.h"
#include "tflite/model_file.h"

namespace filigree {

/// Steps and entries that all sparse tensors of a file may take together, so that a small file whose
/// tensors share their data, or state a huge shape, cannot ask for much time or memory.
struct SparseBudget {
  size_t left = 0;
};

/// Generous for every honest file: a nonzero takes two bytes or more.
constexpr SparseBudget sparseBudget(size_t fileBytes) { return {4 * fileBytes + (size_t{1} << 20)}; }

/// Decodes `bytes`, which hold Float32 or Float16 (value.dtype). The indices of a node may come in any
/// order; elements that are exactly zero are dropped.
Status readSparse(const tflite::SparsityParameters& sparsity, std::span<const uint8_t> bytes,
                  const Value& value, SparseBudget* budget, SparseMatrix* out);

}  // namespace filigree
