// The reader: .tflite bytes → Graph. The only code that touches untrusted bytes.
//
// The FlatBuffers verifier runs first, then every index, shape, segment and product is checked. A
// malformed file is a status that names the place and the value.
#pragma once

#include <cstddef>
#include <cstdint>

#include "graph/graph.h"
#include "status.h"

namespace filigree {

struct ReaderLimits {
  size_t tensors = 100'000;
  size_t operators = 100'000;
};

/// Reads the first (main) subgraph. `file` must stay valid as long as the Graph's constants are
/// read; it starts at a multiple of 16 bytes (a Block does).
///
/// Errors: NotAModel (no TFL3 identifier, too short, an HTML page …), InvalidModel (names the
/// tensor or operator, what was expected and what came), UnsupportedOp (all operators that are
/// missing, each with its count, in one message; also element types that filigree does not run).
Status readModel(const uint8_t* file, size_t bytes, const ReaderLimits& limits, Graph* graph);

}  // namespace filigree
