// Graph: what a model computes, free of file format, kernels and memory.
//
// tflite/reader makes it, the passes in this folder rewrite it, plan/ turns it into a Plan. Nodes
// stand in execution order: every node comes after the producers of its inputs. A pass edits nodes
// in place, marks them dead, inserts new ones or lets two change places, and keeps the order true.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tensor.h"

namespace filigree {

/// Index into Graph::values, kNone for an optional input that is absent.
using ValueId = int32_t;
inline constexpr int32_t kNone = -1;

// ---- Constants

/// The nonzero elements of a constant tensor, in row-major logical order, as compressed rows: row r
/// is the r-th slice of the first axis, a column the flattened index within it. Within a row the
/// columns ascend strictly. Values that are exactly zero are not stored.
struct SparseMatrix {
  size_t rows = 0;
  size_t columns = 0;
  std::vector<uint32_t> rowStart;  // rows + 1
  std::vector<uint32_t> column;
  std::vector<float> value;
};

/// A constant's elements, either dense bytes (little-endian, any alignment; those in the model file
/// are valid while it is loaded, that is until the Plan is packed) or sparse. constant.h reads
/// both.
struct Constant {
  DType storage = DType::Float32;  // of `bytes`; Float16 is widened when read
  const uint8_t* bytes = nullptr;
  size_t byteCount = 0;  // elements × dtypeBytes(storage), checked by the reader
  std::shared_ptr<const SparseMatrix> sparse;
  std::vector<float> made;  // what `bytes` are of a constant that a pass made
};

struct Value {
  std::string name;  // never empty: unnamed tensors are called "tensor 12"
  Shape shape;
  DType dtype = DType::Float32;
  Layout layout = Layout::RowMajor;
  std::shared_ptr<const Constant> constant;  // null for what is computed
};

// ---- Nodes

enum class OperatorType : uint8_t {
  Convolution,           // inputs: map, weights OHWI, bias?; groups = map channels / weights' I
  DepthwiseConvolution,  // inputs: map, weights 1HW(C·multiplier), bias?
  TransposeConvolution,  // inputs: map, weights OHWI, bias?; output shape in the parameters or SAME
  FullyConnected,        // inputs: rows, weights OI, bias?
  Binary,                // inputs: a, b
  Unary,                 // input; Prelu: input, slopes
  Pool,                  // input
  Reduce,                // input
  Pad,                   // input
  Resize,                // input
  DepthToSpace,          // input
  Reshape,               // input
  Concatenation,         // inputs …
  StridedSlice,          // input
  Dequantize,            // input; of constants only, folded away
  Densify,               // input; of constants only, folded away
  Convert,               // input; changes Layout, inserted by the layout pass
};

/// The file's own name for messages and explain(), e.g. "CONV_2D", is Node::fileOperator.
const char* operatorTypeName(OperatorType type);

enum class Activation : uint8_t {
  None,
  Relu,
  ReluN1To1,
  Relu6,
  Tanh,
  SignBit,
  HardSwish,
  Logistic,
  Prelu,  // slopes in Epilogue::slopes
};

enum class Padding : uint8_t { Same, Valid };

/// Zeros around a map, in pixels.
struct Border {
  int32_t top = 0;
  int32_t bottom = 0;
  int32_t left = 0;
  int32_t right = 0;
  bool operator==(const Border&) const = default;
};

/// Geometry of Convolution, DepthwiseConvolution, TransposeConvolution and Pool.
struct WindowParams {
  Padding padding = Padding::Valid;
  int32_t strideY = 1;
  int32_t strideX = 1;
  int32_t dilationY = 1;
  int32_t dilationX = 1;
  Border folded;  // of a PAD that was folded in; comes before `padding` is applied
};

struct ConvolutionParams {
  WindowParams window;
  /// Output pixels in the file, where swap_resize made them fewer; 0: as many as now.
  uint64_t originalPixels = 0;
  /// Multiply-adds in the file of a layer before it that fold_scale made a part of it.
  uint64_t foldedMacs = 0;
  uint64_t foldedNonzeroMacs = 0;
};

struct DepthwiseParams {
  WindowParams window;
};

struct TransposeConvolutionParams {
  WindowParams window;
  /// TRANSPOSE_CONV names its output's size; the custom Convolution2DTransposeBias does not (0 ×
  /// 0).
  int32_t outputHeight = 0;
  int32_t outputWidth = 0;
};

struct FullyConnectedParams {
  bool keepDims = false;
};

enum class BinaryOperator : uint8_t { Add, Multiply };

struct BinaryParams {
  BinaryOperator kind = BinaryOperator::Add;
};

struct UnaryParams {
  Activation kind = Activation::Relu;  // Prelu has its slopes as second input
};

enum class PoolKind : uint8_t { Maximum, Average };

struct PoolParams {
  PoolKind kind = PoolKind::Maximum;
  WindowParams window;
  int32_t kernelHeight = 1;
  int32_t kernelWidth = 1;
};

struct ReduceParams {
  std::vector<int32_t> axes;  // as in the file: any order, negative and repeated ones allowed
  bool keepDims = false;
};

struct PadParams {
  std::vector<int32_t> before;  // per logical axis
  std::vector<int32_t> after;
  float value = 0;
};

struct ResizeParams {
  int32_t height = 0;
  int32_t width = 0;
  bool alignCorners = false;
  bool halfPixelCenters = false;
};

struct DepthToSpaceParams {
  int32_t blockSize = 1;
};

struct ReshapeParams {
  std::vector<int32_t> shape;  // one entry may be −1
};

struct ConcatenationParams {
  int32_t axis = 0;  // may be negative
};

struct StridedSliceParams {
  std::vector<int32_t> begin;
  std::vector<int32_t> end;
  std::vector<int32_t> strides;
  int32_t beginMask = 0;
  int32_t endMask = 0;
  int32_t ellipsisMask = 0;
  int32_t newAxisMask = 0;
  int32_t shrinkAxisMask = 0;
};

struct NoParams {};

using Params =
    std::variant<NoParams, ConvolutionParams, DepthwiseParams, TransposeConvolutionParams,
                 FullyConnectedParams, BinaryParams, UnaryParams, PoolParams, ReduceParams,
                 PadParams, ResizeParams, DepthToSpaceParams, ReshapeParams, ConcatenationParams,
                 StridedSliceParams>;

/// What happens to a result before it is stored: output = activation(result + residual).
struct Epilogue {
  Activation activation = Activation::None;
  ValueId residual = kNone;  // same shape and layout as the output
  ValueId slopes = kNone;    // Prelu: a constant with one element or one per channel
};

struct Node {
  OperatorType type = OperatorType::Reshape;
  std::string fileOperator;     // "CONV_2D"; "CONVERT" for those that passes insert
  int32_t fileIndex = kNone;    // position in the file's list of operators, for messages
  std::vector<ValueId> inputs;  // kNone stands for an absent optional input
  std::vector<ValueId> outputs;
  Params params;
  Epilogue epilogue;
  bool dead = false;

  template <typename T>
  const T& as() const {
    return *std::get_if<T>(&params);
  }
  template <typename T>
  T& as() {
    return *std::get_if<T>(&params);
  }
  ValueId input(size_t index) const { return index < inputs.size() ? inputs[index] : kNone; }
  ValueId output() const { return outputs.front(); }
};

/// How often a pass changed something, for explain().
struct PassCount {
  std::string_view name;
  int count = 0;
};

struct Graph {
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<ValueId> inputs;   // in model order
  std::vector<ValueId> outputs;  // in model order; a value may stand here twice
  std::vector<PassCount> passes;

  Value& value(ValueId id) { return values[static_cast<size_t>(id)]; }
  const Value& value(ValueId id) const { return values[static_cast<size_t>(id)]; }
  const Constant* constant(ValueId id) const {
    return id == kNone ? nullptr : value(id).constant.get();
  }
  ValueId addValue(Value value) {
    values.push_back(std::move(value));
    return static_cast<ValueId>(values.size()) - 1;
  }
};

/// "CONV_2D (operator 12, output 'conv_3')", for messages.
std::string nodeText(const Graph& graph, const Node& node);

/// Every value that a node reads, its epilogue's included; absent inputs are left out.
std::vector<ValueId> valuesRead(const Node& node);

/// Who makes and who reads each value. Made anew after edits.
struct Uses {
  std::vector<int32_t> producer;                // node index, kNone for inputs and constants
  std::vector<std::vector<int32_t>> consumers;  // node indices, ascending; one entry per use
  std::vector<uint8_t> isOutput;                // by Graph::outputs
};
Uses findUses(const Graph& graph);

/// Removes dead nodes from Graph::nodes.
void sweep(Graph& graph);

}  // namespace filigree
