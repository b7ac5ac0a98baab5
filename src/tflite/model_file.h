// ModelFile: what every part of the reader looks into, once the FlatBuffers verifier has passed it.
//
// Made by reader.cpp. From here on every offset inside the FlatBuffer is known to be inside the
// file; every number that the file states (indices, shapes, counts) is still untrusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "schema_generated.h"
#include "status.h"

namespace filigree {

struct ModelFile {
  std::span<const uint8_t> bytes;
  const tflite::Model* model = nullptr;
  const tflite::SubGraph* subgraph = nullptr;  // the main one
};

/// Elements of a FlatBuffers vector; an absent one counts as empty.
template <typename T>
size_t countOf(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

inline std::span<const uint8_t> spanOf(const flatbuffers::Vector<uint8_t>* vector) {
  if (vector == nullptr) return {};
  return {vector->data(), vector->size()};
}

/// A range of the file behind the FlatBuffer, where files of more than 2 GB keep their data.
inline bool rangeInFile(const ModelFile& file, uint64_t offset, uint64_t size,
                        std::span<const uint8_t>* out) {
  if (offset > file.bytes.size() || size > file.bytes.size() - offset) return false;
  *out = file.bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
  return true;
}

/// "FLOAT32"; unknown numbers get a name too.
inline std::string tensorTypeText(tflite::TensorType type) {
  const char* name = tflite::EnumNameTensorType(type);
  return name[0] == '\0' ? text("type ", static_cast<int>(type)) : std::string(name);
}

}  // namespace filigree
