#include "tflite/read_constants.h"

namespace filigree {

namespace {

/// Offsets of 0 and 1 mean that the data is in the buffer's own vector.
constexpr uint64_t kLastInlineOffset = 1;

Status findBuffer(const ModelFile& file, const tflite::Tensor& tensor, const Value& value,
                  std::span<const uint8_t>* out) {
  if (tensor.external_buffer() != 0) {
    return unsupported("tensor '", value.name,
                       "' has its data in another file, which filigree does not read");
  }
  const size_t bufferCount = countOf(file.model->buffers());
  const uint32_t index = tensor.buffer();
  if (index >= bufferCount) {
    // Buffer 0 means "no data", with or without a buffer of that number.
    if (index == 0) return {};
    return invalidModel("tensor '", value.name, "' has its data in buffer ", index,
                        ", the file has ", bufferCount, " buffers");
  }
  const tflite::Buffer& buffer = *file.model->buffers()->Get(index);
  *out = spanOf(buffer.data());
  if (buffer.offset() > kLastInlineOffset &&
      !rangeInFile(file, buffer.offset(), buffer.size(), out)) {
    return invalidModel("tensor '", value.name, "' has its data in ", buffer.size(),
                        " bytes from byte ", buffer.offset(), ", the file has ", file.bytes.size());
  }
  return {};
}

}  // namespace

Status readConstant(const ModelFile& file, const tflite::Tensor& tensor, SparseBudget* budget,
                    Value* value) {
  std::span<const uint8_t> bytes;
  FILIGREE_CHECK_OK(findBuffer(file, tensor, *value, &bytes));
  // A sparse tensor may have no element that is not zero.
  if (bytes.empty() && tensor.sparsity() == nullptr) return {};

  auto constant = std::make_shared<Constant>();
  constant->storage = value->dtype;
  if (tensor.sparsity() != nullptr) {
    if (value->dtype == DType::Float32 || value->dtype == DType::Float16) {
      auto matrix = std::make_shared<SparseMatrix>();
      FILIGREE_CHECK_OK(readSparse(*tensor.sparsity(), bytes, *value, budget, matrix.get()));
      constant->sparse = std::move(matrix);
    } else {
      value->dtype = DType::Other;
    }
  } else if (value->dtype != DType::Other) {
    const size_t expected = value->shape.elements() * dtypeBytes(value->dtype);
    if (bytes.size() != expected) {
      return invalidModel("tensor '", value->name, "' has ", bytes.size(),
                          " bytes of data, expected ", expected, " for ", shapeText(value->shape),
                          " of ", dtypeName(value->dtype));
    }
    constant->bytes = bytes.data();
    constant->byteCount = bytes.size();
  }
  value->constant = std::move(constant);
  return {};
}

}  // namespace filigree
