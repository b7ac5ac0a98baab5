// Small .tflite models made field by field through the object API, and a reader for their bytes;
// used by all reader_*_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "schema_generated.h"
#include "status.h"
#include "tflite/reader.h"

namespace filigree::test {

using Bytes = std::vector<uint8_t>;

/// Little-endian bytes of numbers.
template <typename T>
Bytes bytesOf(const std::vector<T>& numbers) {
  const auto* data = reinterpret_cast<const uint8_t*>(numbers.data());
  return {data, data + numbers.size() * sizeof(T)};
}

/// A model under construction. Tensors are referred to by their index, which is also their ValueId.
class ModelBuilder {
 public:
  ModelBuilder();

  int32_t tensor(const std::string& name, const std::vector<int32_t>& shape,
                 tflite::TensorType type = tflite::TensorType_FLOAT32);
  int32_t constant(const std::string& name, const std::vector<int32_t>& shape,
                   tflite::TensorType type, const Bytes& bytes);
  int32_t floats(const std::string& name, const std::vector<int32_t>& shape,
                 const std::vector<float>& values);
  /// All elements 1.
  int32_t floats(const std::string& name, const std::vector<int32_t>& shape);
  int32_t integers(const std::string& name, const std::vector<int32_t>& shape,
                   const std::vector<int32_t>& values);
  int32_t integers(const std::string& name, const std::vector<int32_t>& values);

  tflite::OperatorT& add(tflite::BuiltinOperator code, const std::vector<int32_t>& inputs,
                         const std::vector<int32_t>& outputs);
  /// With builtin options, which the caller then fills in.
  template <typename Options>
  Options& add(tflite::BuiltinOperator code, const std::vector<int32_t>& inputs,
               const std::vector<int32_t>& outputs, const Options& options) {
    tflite::OperatorT& added = add(code, inputs, outputs);
    added.builtin_options.Set(Options(options));
    return *static_cast<Options*>(added.builtin_options.value);
  }
  tflite::OperatorT& addCustom(const std::string& name, const std::vector<int32_t>& inputs,
                               const std::vector<int32_t>& outputs, const Bytes& options);

  void inputs(const std::vector<int32_t>& ids) { graph().inputs = ids; }
  void outputs(const std::vector<int32_t>& ids) { graph().outputs = ids; }

  tflite::SubGraphT& graph() { return *model.subgraphs[0]; }
  tflite::TensorT& at(int32_t id) { return *graph().tensors[static_cast<size_t>(id)]; }
  tflite::BufferT& bufferOf(int32_t id) { return *model.buffers[at(id).buffer]; }
  tflite::OperatorT& op(size_t index) { return *graph().operators[index]; }
  tflite::OperatorCodeT& code(size_t index) {
    return *model.operator_codes[op(index).opcode_index];
  }

  Bytes pack() const;

  tflite::ModelT model;
};

/// Packs an unpacked model again.
Bytes pack(const tflite::ModelT& model);

/// A file in memory as the reader wants it, and of exactly its size: a Block's slack would hide a
/// step behind the end from AddressSanitizer.
class ExactBytes {
 public:
  ExactBytes() = default;
  explicit ExactBytes(const Bytes& bytes)
      : data_(static_cast<uint8_t*>(::operator new(bytes.size(), kAlignment))) {
    std::copy(bytes.begin(), bytes.end(), data_.get());
  }
  const uint8_t* data() const { return data_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{16};
  struct Delete {
    void operator()(uint8_t* data) const { ::operator delete(data, kAlignment); }
  };
  std::unique_ptr<uint8_t, Delete> data_;
};

/// A small model with every operator that the reader knows, fp16 and sparse weights among them.
ModelBuilder modelOfEverything();

/// What the reader makes of some bytes. Holds them, since constants point into them.
struct ReadResult {
  ExactBytes file;
  Graph graph;
  Status status;
};

ReadResult read(const Bytes& bytes, const ReaderLimits& limits = {});

/// Expects a failure with this code, whose message contains `part`.
void expectFailure(const ReadResult& result, StatusCode code, const std::string& part);

/// Reads and unpacks what DENSIFY and DEQUANTIZE would.
std::vector<float> floatsOf(const Graph& graph, ValueId id);

/// The names of the real models that set-up has fetched; a test failure if there are none.
std::vector<std::string> realModelPaths();
Bytes readFile(const std::string& path);

}  // namespace filigree::test
