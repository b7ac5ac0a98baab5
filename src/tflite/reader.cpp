#include "tflite/reader.h"

#include <algorithm>
#include <cassert>

#include "tflite/identify.h"
#include "tflite/missing_operators.h"
#include "tflite/model_file.h"
#include "tflite/read_operators.h"
#include "tflite/read_tensors.h"

namespace filigree {

namespace {

/// Only buffers' data may lie further back in a larger file.
constexpr size_t kMaxFlatBuffer = FLATBUFFERS_MAX_BUFFER_SIZE - 1;
constexpr uint32_t kVersion = 3;

Status verify(std::span<const uint8_t> file) {
  flatbuffers::Verifier::Options options;
  options.max_depth = 32;  // the schema's own depth is less than ten
  options.max_tables = 4'000'000;
  flatbuffers::Verifier verifier(file.data(), std::min(file.size(), kMaxFlatBuffer), options);
  if (tflite::VerifyModelBuffer(verifier)) return {};
  return invalidModel("the file is damaged or cut short: its ", file.size(),
                      " bytes are not a valid FlatBuffer");
}

}  // namespace

Status readModel(const uint8_t* bytes, size_t size, const ReaderLimits& limits, Graph* graph) {
  assert(reinterpret_cast<uintptr_t>(bytes) % 16 == 0);
  *graph = Graph();
  ModelFile file;
  file.bytes = {bytes, size};
  FILIGREE_CHECK_OK(checkIdentifier(file.bytes));
  FILIGREE_CHECK_OK(verify(file.bytes));
  file.model = tflite::GetModel(bytes);
  if (file.model->version() != kVersion) {
    return unsupported("the file has version ", file.model->version(),
                       " of the format, filigree reads ", kVersion);
  }
  if (countOf(file.model->subgraphs()) == 0) return invalidModel("the file has no subgraph");
  file.subgraph = file.model->subgraphs()->Get(0);
  const size_t operatorCount = countOf(file.subgraph->operators());
  if (operatorCount > limits.operators) {
    return invalidModel("the model has ", operatorCount, " operators, the limit is ",
                        limits.operators);
  }
  // Before everything else that could fail: the list of what is missing says most.
  std::vector<OperatorCode> codes;
  FILIGREE_CHECK_OK(readOperatorCodes(file, &codes));
  FILIGREE_CHECK_OK(readTensors(file, limits, graph));
  return readOperators(file, codes, graph);
}

}  // namespace filigree
