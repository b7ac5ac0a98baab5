// How the reader's fuzzer changes a file: every other time not bytes but fields of the unpacked
// model, so that the checks behind the FlatBuffers verifier are reached. Linked into
// reader_fuzz.cpp's program.

#include <cstdint>
#include <cstring>
#include <random>

#include "schema_generated.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

namespace {

class ModelMutator {
 public:
  ModelMutator(tflite::ModelT* model, uint32_t seed) : model_(*model), random_(seed) {}

  void mutate() {
    if (model_.subgraphs.empty() || model_.subgraphs[0] == nullptr) return;
    tflite::SubGraphT& graph = *model_.subgraphs[0];
    switch (below(8)) {
      case 0:
        return changeInts(&graph.inputs);
      case 1:
        return changeInts(&graph.outputs);
      case 2:
        return changeBuffer(pick(model_.buffers));
      case 3:
        return changeCode(pick(model_.operator_codes));
      case 4:
        return changeOperator(pick(graph.operators));
      case 5:
        return changeTensor(pick(graph.tensors));
      default:
        return changeSparsity(graph);
    }
  }

 private:
  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  int32_t number() {
    static constexpr int32_t kInteresting[] = {
        -2, -1,  0,   1,     2,     3,       4,       7,         8,
        9,  255, 256, 65535, 65536, 1 << 20, 1 << 28, INT32_MAX, INT32_MIN};
    if (below(2) == 0) return static_cast<int32_t>(below(8));
    return kInteresting[below(std::size(kInteresting))];
  }

  template <typename T>
  T* pick(std::vector<std::unique_ptr<T>>& from) {
    return from.empty() ? nullptr : from[below(from.size())].get();
  }

  template <typename T>
  void changeInts(std::vector<T>* numbers) {
    const size_t at = below(numbers->size() + 1);
    const auto place = numbers->begin() + static_cast<ptrdiff_t>(at);
    switch (below(4)) {
      case 0:
        numbers->insert(place, static_cast<T>(number()));
        break;
      case 1:
        if (at < numbers->size()) numbers->erase(place);
        break;
      case 2:
        if (at < numbers->size()) std::swap((*numbers)[at], (*numbers)[below(numbers->size())]);
        break;
      default:
        if (at < numbers->size()) (*numbers)[at] = static_cast<T>(number());
    }
  }

  void changeBuffer(tflite::BufferT* buffer) {
    if (buffer == nullptr) return;
    switch (below(3)) {
      case 0:
        buffer->data.resize(below(64));
        break;
      case 1:
        buffer->offset = static_cast<uint64_t>(number());
        buffer->size = static_cast<uint64_t>(number());
        break;
      default:
        changeInts(&buffer->data);
    }
  }

  void changeCode(tflite::OperatorCodeT* code) {
    if (code == nullptr) return;
    code->builtin_code = static_cast<tflite::BuiltinOperator>(below(130));
    code->deprecated_builtin_code = 0;
  }

  void changeOperator(tflite::OperatorT* op) {
    if (op == nullptr) return;
    switch (below(5)) {
      case 0:
        changeInts(&op->inputs);
        break;
      case 1:
        changeInts(&op->outputs);
        break;
      case 2:
        op->opcode_index = static_cast<uint32_t>(below(model_.operator_codes.size() + 1));
        break;
      case 3:
        changeInts(&op->custom_options);
        break;
      default:
        op->builtin_options.Reset();
    }
  }

  void changeTensor(tflite::TensorT* tensor) {
    if (tensor == nullptr) return;
    switch (below(5)) {
      case 0:
        tensor->type = static_cast<tflite::TensorType>(below(12));
        break;
      case 1:
        tensor->buffer = static_cast<uint32_t>(below(model_.buffers.size() + 1));
        break;
      case 2:
        tensor->is_variable = !tensor->is_variable;
        break;
      default:
        changeInts(&tensor->shape);
    }
  }

  void changeIndices(tflite::SparseIndexVectorUnion* indices) {
    if (auto* wide = indices->AsInt32Vector()) {
      changeInts(&wide->values);
    } else if (auto* middle = indices->AsUint16Vector()) {
      changeInts(&middle->values);
    } else if (auto* narrow = indices->AsUint8Vector()) {
      changeInts(&narrow->values);
    } else {
      tflite::Int32VectorT fresh;
      fresh.values = {0, number()};
      indices->Set(std::move(fresh));
    }
  }

  void changeSparsity(tflite::SubGraphT& graph) {
    std::vector<tflite::TensorT*> sparse;
    for (auto& tensor : graph.tensors) {
      if (tensor != nullptr && tensor->sparsity != nullptr) sparse.push_back(tensor.get());
    }
    if (sparse.empty()) return changeTensor(pick(graph.tensors));
    tflite::TensorT& tensor = *sparse[below(sparse.size())];
    tflite::SparsityParametersT& sparsity = *tensor.sparsity;
    tflite::DimensionMetadataT* level = pick(sparsity.dim_metadata);
    if (level == nullptr) return;
    switch (below(8)) {
      case 0:
        return changeInts(&sparsity.traversal_order);
      case 1:
        return changeInts(&sparsity.block_map);
      case 2:
        level->dense_size = number();
        return;
      case 3:
        level->format = static_cast<tflite::DimensionType>(below(3));
        return;
      case 4:
        return changeInts(&tensor.shape);
      case 5:
        if (tensor.buffer < model_.buffers.size())
          changeBuffer(model_.buffers[tensor.buffer].get());
        return;
      case 6:
        return changeIndices(&level->array_segments);
      default:
        return changeIndices(&level->array_indices);
    }
  }

  tflite::ModelT& model_;
  std::mt19937 random_;
};

template <typename Union>
void resetIfEmpty(Union* any) {
  if (any->value == nullptr) any->Reset();
}

/// Packing trips over unions that have a kind and no value, which unpacking makes of damaged files.
void mend(tflite::ModelT* model) {
  for (auto& graph : model->subgraphs) {
    for (auto& op : graph->operators) {
      resetIfEmpty(&op->builtin_options);
      resetIfEmpty(&op->builtin_options_2);
    }
    for (auto& tensor : graph->tensors) {
      if (tensor->quantization != nullptr) resetIfEmpty(&tensor->quantization->details);
      if (tensor->sparsity == nullptr) continue;
      for (auto& level : tensor->sparsity->dim_metadata) {
        resetIfEmpty(&level->array_segments);
        resetIfEmpty(&level->array_indices);
      }
    }
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize,
                                          unsigned int seed) {
  flatbuffers::Verifier verifier(data, size);
  if (seed % 2 == 0 || !tflite::VerifyModelBuffer(verifier)) {
    return LLVMFuzzerMutate(data, size, maxSize);
  }
  tflite::ModelT model;
  tflite::GetModel(data)->UnPackTo(&model);
  mend(&model);
  ModelMutator mutator(&model, seed);
  for (unsigned int i = 0; i <= seed / 2 % 3; ++i) mutator.mutate();
  flatbuffers::FlatBufferBuilder builder;
  tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  if (builder.GetSize() > maxSize) return LLVMFuzzerMutate(data, size, maxSize);
  std::memcpy(data, builder.GetBufferPointer(), builder.GetSize());
  return builder.GetSize();
}
