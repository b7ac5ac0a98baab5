// The constant elements of a tensor: found in the file, counted, and left where they are (dense) or
// decoded (sparse, see read_sparse.h).
#pragma once

#include <span>

#include "graph/graph.h"
#include "status.h"
#include "tflite/model_file.h"
#include "tflite/read_sparse.h"

namespace filigree {

/// Sets Value::constant if the file holds elements for this tensor. Name, shape and dtype are read
/// already. Of types that filigree does not run only the buffer is checked; operators reject them.
Status readConstant(const ModelFile& file, const tflite::Tensor& tensor, SparseBudget* budget,
                    Value* value);

}  // namespace filigree
