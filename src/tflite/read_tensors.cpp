#include "tflite/read_tensors.h"

#include "tflite/read_constants.h"

namespace filigree {

namespace {

/// Tensors may share one string in the file, but not in the Graph.
constexpr size_t kMaxName = 1024;

DType dtypeOf(tflite::TensorType type) {
  switch (type) {
    case tflite::TensorType_FLOAT32:
      return DType::Float32;
    case tflite::TensorType_FLOAT16:
      return DType::Float16;
    case tflite::TensorType_INT32:
      return DType::Int32;
    case tflite::TensorType_INT64:
      return DType::Int64;
    case tflite::TensorType_INT8:
      return DType::Int8;
    case tflite::TensorType_UINT8:
      return DType::UInt8;
    case tflite::TensorType_BOOL:
      return DType::Bool;
    default:
      return DType::Other;
  }
}

std::string nameOf(const tflite::Tensor& tensor, size_t index) {
  if (tensor.name() == nullptr || tensor.name()->size() == 0) return text("tensor ", index);
  return tensor.name()->str().substr(0, kMaxName);
}

Status readShape(const tflite::Tensor& tensor, Value* value) {
  const size_t rank = countOf(tensor.shape());
  if (rank > kMaxRank) {
    return unsupported("tensor '", value->name, "' has ", rank, " axes, filigree runs at most ",
                       kMaxRank);
  }
  for (size_t axis = 0; axis < rank; ++axis) {
    value->shape.append(tensor.shape()->Get(static_cast<flatbuffers::uoffset_t>(axis)));
  }
  if (!isValidShape(value->shape)) {
    return invalidModel("tensor '", value->name, "' has the shape ", shapeText(value->shape),
                        ", expected sizes of 0 or more and at most ", kMaxElements, " elements");
  }
  return {};
}

}  // namespace

Status readTensors(const ModelFile& file, const ReaderLimits& limits, Graph* graph) {
  const size_t count = countOf(file.subgraph->tensors());
  if (count > limits.tensors) {
    return invalidModel("the model has ", count, " tensors, the limit is ", limits.tensors);
  }
  SparseBudget budget = sparseBudget(file.bytes.size());
  graph->values.reserve(count);
  for (size_t index = 0; index < count; ++index) {
    const tflite::Tensor& tensor =
        *file.subgraph->tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
    Value value;
    value.name = nameOf(tensor, index);
    value.dtype = dtypeOf(tensor.type());
    FILIGREE_CHECK_OK(readShape(tensor, &value));
    FILIGREE_CHECK_OK(readConstant(file, tensor, &budget, &value));
    graph->addValue(std::move(value));
  }
  return {};
}

}  // namespace filigree
