#include "graph/passes.h"

namespace filigree {

int removeDead(Graph& graph) {
  std::vector<uint8_t> wanted(graph.values.size(), 0);
  for (const ValueId id : graph.outputs) wanted[static_cast<size_t>(id)] = 1;
  int count = 0;
  // Backwards, so that the consumers of a node are known before the node.
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    bool needed = false;
    for (const ValueId id : node->outputs) needed = needed || wanted[static_cast<size_t>(id)] != 0;
    if (!needed) {
      node->dead = true;
      ++count;
      continue;
    }
    for (const ValueId id : valuesRead(*node)) wanted[static_cast<size_t>(id)] = 1;
  }
  sweep(graph);
  return count;
}

}  // namespace filigree
