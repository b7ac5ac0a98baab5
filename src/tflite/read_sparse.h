// Sparse constants: the file's tree of dense and compressed levels → SparseMatrix.
//
// A tensor of rank n with k blocked axes is a tree of n + k levels, each of which walks one axis: a
// tensor axis (in blocks, where it is blocked) or the inside of its blocks. A dense level has a
// fixed number of children per node, a compressed one (SPARSE_CSR) lists them. The leaves are the
// values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "graph/graph.h"
#include "status.h"
#include "tflite/model_file.h"
#include "tflite/sparse_levels.h"

namespace filigree {

/// Decodes `bytes`, which hold Float32 or Float16 (value.dtype). The indices of a node may come in
/// any order; elements that are exactly zero are dropped.
Status readSparse(const tflite::SparsityParameters& sparsity, std::span<const uint8_t> bytes,
                  const Value& value, SparseBudget* budget, SparseMatrix* out);

}  // namespace filigree
