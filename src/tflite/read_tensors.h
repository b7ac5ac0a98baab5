// Tensors of the main subgraph → Graph::values, one each and in the same order.
#pragma once

#include "graph/graph.h"
#include "status.h"
#include "tflite/model_file.h"
#include "tflite/reader.h"

namespace filigree {

/// Names, shapes, types and constants of all tensors. Types that filigree does not run become
/// DType::Other (or keep their name, like Int8): whether that matters, the operators decide.
Status readTensors(const ModelFile& file, const ReaderLimits& limits, Graph* graph);

}  // namespace filigree
