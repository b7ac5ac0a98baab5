// Operators of the main subgraph → Graph::nodes, and the graph's inputs and outputs.
#pragma once

#include "graph/graph.h"
#include "status.h"
#include "tflite/missing_operators.h"
#include "tflite/model_file.h"

namespace filigree {

/// Needs Graph::values. Checks that each tensor has one origin (an input, a constant or one
/// operator), that the operators stand in an order in which they can run, and that what they read
/// and make is of a type that filigree runs.
Status readOperators(const ModelFile& file, const std::vector<OperatorCode>& codes, Graph* graph);

}  // namespace filigree
