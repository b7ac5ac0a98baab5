#include "unit/model_support.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "graph/constant.h"

namespace filigree::test {

ModelBuilder::ModelBuilder() {
  model.version = 3;
  model.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
  model.buffers.push_back(std::make_unique<tflite::BufferT>());
}

int32_t ModelBuilder::tensor(const std::string& name, const std::vector<int32_t>& shape,
                             tflite::TensorType type) {
  auto tensor = std::make_unique<tflite::TensorT>();
  tensor->name = name;
  tensor->shape = shape;
  tensor->type = type;
  graph().tensors.push_back(std::move(tensor));
  return static_cast<int32_t>(graph().tensors.size()) - 1;
}

int32_t ModelBuilder::constant(const std::string& name, const std::vector<int32_t>& shape,
                               tflite::TensorType type, const Bytes& bytes) {
  const int32_t id = tensor(name, shape, type);
  at(id).buffer = static_cast<uint32_t>(model.buffers.size());
  model.buffers.push_back(std::make_unique<tflite::BufferT>());
  model.buffers.back()->data = bytes;
  return id;
}

int32_t ModelBuilder::floats(const std::string& name, const std::vector<int32_t>& shape,
                             const std::vector<float>& values) {
  return constant(name, shape, tflite::TensorType_FLOAT32, bytesOf(values));
}

int32_t ModelBuilder::floats(const std::string& name, const std::vector<int32_t>& shape) {
  size_t elements = 1;
  for (const int32_t size : shape) elements *= static_cast<size_t>(size);
  return floats(name, shape, std::vector<float>(elements, 1.0f));
}

int32_t ModelBuilder::integers(const std::string& name, const std::vector<int32_t>& shape,
                               const std::vector<int32_t>& values) {
  return constant(name, shape, tflite::TensorType_INT32, bytesOf(values));
}

int32_t ModelBuilder::integers(const std::string& name, const std::vector<int32_t>& values) {
  return integers(name, {static_cast<int32_t>(values.size())}, values);
}

tflite::OperatorT& ModelBuilder::add(tflite::BuiltinOperator code,
                                     const std::vector<int32_t>& inputs,
                                     const std::vector<int32_t>& outputs) {
  auto entry = std::make_unique<tflite::OperatorCodeT>();
  entry->builtin_code = code;
  entry->deprecated_builtin_code = static_cast<int8_t>(std::min<int>(code, 127));
  model.operator_codes.push_back(std::move(entry));

  auto added = std::make_unique<tflite::OperatorT>();
  added->opcode_index = static_cast<uint32_t>(model.operator_codes.size()) - 1;
  added->inputs = inputs;
  added->outputs = outputs;
  graph().operators.push_back(std::move(added));
  return *graph().operators.back();
}

tflite::OperatorT& ModelBuilder::addCustom(const std::string& name,
                                           const std::vector<int32_t>& inputs,
                                           const std::vector<int32_t>& outputs,
                                           const Bytes& options) {
  tflite::OperatorT& added = add(tflite::BuiltinOperator_CUSTOM, inputs, outputs);
  model.operator_codes.back()->custom_code = name;
  added.custom_options = options;
  return added;
}

Bytes ModelBuilder::pack() const {
  return test::pack(model);
}

Bytes pack(const tflite::ModelT& model) {
  flatbuffers::FlatBufferBuilder builder;
  tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

ReadResult read(const Bytes& bytes, const ReaderLimits& limits) {
  ReadResult result;
  result.file = ExactBytes(bytes);
  result.status = readModel(result.file.data(), bytes.size(), limits, &result.graph);
  return result;
}

void expectFailure(const ReadResult& result, StatusCode code, const std::string& part) {
  EXPECT_EQ(static_cast<int>(result.status.code()), static_cast<int>(code))
      << result.status.message();
  EXPECT_NE(result.status.message().find(part), std::string::npos)
      << "expected “" << part << "” in: " << result.status.message();
}

std::vector<float> floatsOf(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  std::vector<float> values(value.shape.elements());
  readFloats(value, values.data());
  return values;
}

std::vector<std::string> realModelPaths() {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(FILIGREE_MODEL_FOLDER, error)) {
    if (entry.path().extension() == ".tflite") paths.push_back(entry.path().string());
  }
  EXPECT_FALSE(paths.empty()) << "no models in " FILIGREE_MODEL_FOLDER
                                 ": run the set-up first (npm start)";
  std::sort(paths.begin(), paths.end());
  return paths;
}

Bytes readFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream.tellg();
  Bytes bytes(size > 0 ? static_cast<size_t>(size) : 0);
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

}  // namespace filigree::test
