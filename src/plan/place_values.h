// Where values lie in the arena: which of them share memory, and during which steps they need it.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "plan/arena.h"
#include "plan/plan.h"

namespace filigree {

struct ValuePlaces {
  /// By ValueId; kNone for constants and for what stays within a chain.
  std::vector<int32_t> bufferOf;
  std::vector<ArenaBuffer> buffers;
  uint64_t arenaBytes = 0;
};

/// One buffer for each value that is computed, aliases with those whose memory they share.
/// `layers`: those of the nodes, by index, with their steps and chains.
ValuePlaces placeValues(const Graph& graph, const std::vector<Layer>& layers);

}  // namespace filigree
