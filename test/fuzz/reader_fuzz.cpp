// libFuzzer target: whatever the bytes are, the reader answers with a status or with a graph that
// keeps its promises, and takes no more time and memory than the file's size justifies.
//
//   npm run fuzz:reader -- -max_total_time=600
//
// The files in corpus/ are small models of the unit tests (modelOfEverything() and the sparse
// ones).

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "graph/constant.h"
#include "tflite/reader.h"

namespace {

using namespace filigree;

void require(bool condition) {
  if (!condition) std::abort();
}

/// Reads all that Graph and its constants promise to be readable.
void useGraph(const Graph& graph) {
  const auto isValue = [&](ValueId id) {
    return id >= 0 && static_cast<size_t>(id) < graph.values.size();
  };
  require(!graph.inputs.empty() && !graph.outputs.empty());
  for (const ValueId id : graph.inputs) require(isValue(id) && graph.constant(id) == nullptr);
  for (const ValueId id : graph.outputs) require(isValue(id));

  std::vector<uint8_t> known(graph.values.size());
  for (const ValueId id : graph.inputs) known[static_cast<size_t>(id)] = 1;
  for (size_t id = 0; id < known.size(); ++id) {
    const Value& value = graph.values[id];
    require(!value.name.empty() && isValidShape(value.shape));
    if (value.constant == nullptr) continue;
    known[id] = 1;
    if (value.dtype == DType::Float32 || value.dtype == DType::Float16) {
      // Sparse ones may have more elements than there is memory for.
      if (value.constant->sparse != nullptr) continue;
      std::vector<float> elements(value.shape.elements());
      readFloats(value, elements.data());
      const auto zeros = std::count(elements.begin(), elements.end(), 0.0f);
      require(elements.size() - static_cast<size_t>(zeros) == countNonzeros(value));
    } else if (value.dtype == DType::Int32 || value.dtype == DType::Int64) {
      std::vector<int32_t> numbers;
      (void)readIntegers(value, &numbers).ok();
    }
  }
  for (const Node& node : graph.nodes) {
    require(node.outputs.size() == 1 && isValue(node.output()));
    require(!node.inputs.empty() && !nodeText(graph, node).empty());
    for (const ValueId id : node.inputs)
      require(isValue(id) && known[static_cast<size_t>(id)] != 0);
    require(known[static_cast<size_t>(node.output())] == 0);
    known[static_cast<size_t>(node.output())] = 1;
  }
  for (const ValueId id : graph.outputs) require(known[static_cast<size_t>(id)] != 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Aligned as the reader wants it, and not a byte longer than the file.
  constexpr std::align_val_t kAlignment{16};
  auto* file = static_cast<uint8_t*>(::operator new(size, kAlignment));
  if (size > 0) std::memcpy(file, data, size);
  {
    Graph graph;
    const Status status = readModel(file, size, {}, &graph);
    if (status.ok()) {
      useGraph(graph);
    } else {
      require(!status.message().empty());
    }
  }
  ::operator delete(file, kAlignment);
  return 0;
}
