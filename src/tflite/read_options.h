// One operator of the file → the type and the parameters of a Node.
//
// read_operators.cpp calls readOptions() for each operator, after it has checked the operator's
// inputs and outputs. A new operator is a row in the table of read_options.cpp and a function that
// reads its parameters.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"
#include "status.h"
#include "tflite/missing_operators.h"
#include "tflite/model_file.h"

namespace filigree {

/// Bound of strides, dilations, window and image sizes, so that no product of a few of them with an
/// element count can overflow 64 bits.
inline constexpr int32_t kMaxStep = 1 << 20;

bool isSupported(const OperatorCode& code);

/// What the functions below read from.
struct FileOperator {
  const ModelFile& file;
  const Graph& graph;  // all values and the nodes before this one
  const tflite::Operator& table;
  const std::vector<int32_t>& origin;  // the node that makes a value; negative if none does
};

/// Fills Node::type, params and the epilogue's activation. On entry Node::inputs are the file's,
/// each of them kNone or a value; on return only those that are values, as graph.h lists them:
/// parameter tensors and absent trailing inputs are gone.
Status readOptions(const FileOperator& op, const OperatorCode& code, Node* node);

/// The operators with a sliding window: convolutions and pools (read_window_options.cpp).
Status readConvolution(const FileOperator& op, Node* node);
Status readDepthwiseConvolution(const FileOperator& op, Node* node);
Status readTransposeConvolution(const FileOperator& op, Node* node);
Status readTransposeConvolutionBias(const FileOperator& op, Node* node);
Status readMaximumPool(const FileOperator& op, Node* node);
Status readAveragePool(const FileOperator& op, Node* node);

/// The operators whose parameters are shapes, axes and positions (read_shape_options.cpp).
Status readMean(const FileOperator& op, Node* node);
Status readPad(const FileOperator& op, Node* node);
Status readPadWithValue(const FileOperator& op, Node* node);
Status readResize(const FileOperator& op, Node* node);
Status readDepthToSpace(const FileOperator& op, Node* node);
Status readReshape(const FileOperator& op, Node* node);
Status readSqueeze(const FileOperator& op, Node* node);
Status readExpandDims(const FileOperator& op, Node* node);
Status readConcatenation(const FileOperator& op, Node* node);
Status readStridedSlice(const FileOperator& op, Node* node);

// ---- Shared by them

/// The builtin options as table T; null when the operator has none, which `required` forbids.
/// Options of another kind than T are an error.
template <typename T>
Status readTable(const FileOperator& op, const Node& node, bool required, const T** out) {
  *out = nullptr;
  const auto kind = op.table.builtin_options_type();
  if (kind == tflite::BuiltinOptionsTraits<T>::enum_value) {
    *out = static_cast<const T*>(op.table.builtin_options());
  } else if (kind != tflite::BuiltinOptions_NONE) {
    return invalidModel(nodeText(op.graph, node), " has the options of another operator (kind ",
                        static_cast<int>(kind), ")");
  }
  if (*out == nullptr && required) {
    return invalidModel(nodeText(op.graph, node), " has no options");
  }
  return {};
}

/// Checks the file's value and puts it into the node's epilogue.
Status readActivation(const FileOperator& op, tflite::ActivationFunctionType activation,
                      Node* node);

/// Fails unless `low` ≤ `number` ≤ `high`; `what` names the parameter.
Status checkRange(const FileOperator& op, const Node& node, const char* what, int64_t number,
                  int64_t low, int64_t high);

/// The integers of the parameter tensor at `position` among the node's inputs: a constant of at
/// most `maxCount` elements.
Status readParameter(const FileOperator& op, const Node& node, size_t position, const char* what,
                     size_t maxCount, std::vector<int32_t>* out);

}  // namespace filigree
