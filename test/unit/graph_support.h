// Graphs made by hand, without a file; used by graph_*_test.cpp, plan_*_test.cpp and
// ops_*_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "ops/operator.h"
#include "plan/planner.h"

namespace filigree::test {

/// Nodes in the order in which they are added; each has its shape inferred at once. Owns the bytes
/// of the constants, so that it must outlive the plan's packing.
class GraphBuilder {
 public:
  ValueId input(const Shape& shape) {
    const ValueId id = value("input", shape);
    graph.inputs.push_back(id);
    return id;
  }

  ValueId constant(const Shape& shape, const std::vector<float>& elements) {
    EXPECT_EQ(elements.size(), shape.elements());
    const std::vector<float>& kept = storage_.emplace_back(elements);
    const ValueId id = value("constant", shape);
    Constant made;
    made.bytes = reinterpret_cast<const uint8_t*>(kept.data());
    made.byteCount = kept.size() * sizeof(float);
    graph.value(id).constant = std::make_shared<const Constant>(made);
    return id;
  }
  /// Elements 1, 2, 3 … in turn with their negatives, none of them zero.
  ValueId constant(const Shape& shape) {
    std::vector<float> elements(shape.elements());
    for (size_t i = 0; i < elements.size(); ++i) {
      elements[i] = (i % 3 == 1 ? -0.25f : 0.25f) * static_cast<float>(i % 7 + 1);
    }
    return constant(shape, elements);
  }

  ValueId node(OperatorType type, const std::vector<ValueId>& inputs, const Params& params = {}) {
    Node made;
    made.type = type;
    made.fileOperator = operatorTypeName(type);
    made.fileIndex = static_cast<int32_t>(graph.nodes.size());
    made.inputs = inputs;
    made.params = params;
    made.outputs = {value("map", {})};
    graph.nodes.push_back(made);
    const Status status = findOperator(type).inferShapes(graph, graph.nodes.back());
    EXPECT_TRUE(status.ok()) << status.message();
    return made.output();
  }

  /// SAME padding, so that a map keeps its size at stride 1.
  ValueId convolution(ValueId map, int32_t outputs, int32_t kernel = 1, int32_t stride = 1) {
    const int32_t channels = graph.value(map).shape.channels();
    return node(OperatorType::Convolution,
                {map, constant({outputs, kernel, kernel, channels}), constant({outputs})},
                ConvolutionParams{same(stride)});
  }
  ValueId depthwise(ValueId map, int32_t kernel = 3, int32_t stride = 1) {
    const int32_t channels = graph.value(map).shape.channels();
    return node(OperatorType::DepthwiseConvolution,
                {map, constant({1, kernel, kernel, channels}), constant({channels})},
                DepthwiseParams{same(stride)});
  }
  ValueId add(ValueId a, ValueId b) {
    return node(OperatorType::Binary, {a, b}, BinaryParams{BinaryOperator::Add});
  }
  ValueId multiply(ValueId a, ValueId b) {
    return node(OperatorType::Binary, {a, b}, BinaryParams{BinaryOperator::Multiply});
  }
  ValueId activation(ValueId map, Activation kind) {
    return node(OperatorType::Unary, {map}, UnaryParams{kind});
  }
  ValueId prelu(ValueId map, const Shape& slopes) {
    return node(OperatorType::Unary, {map, constant(slopes)}, UnaryParams{Activation::Prelu});
  }
  ValueId pad(ValueId map, const std::vector<int32_t>& before, const std::vector<int32_t>& after,
              float fill = 0) {
    return node(OperatorType::Pad, {map}, PadParams{before, after, fill});
  }
  ValueId pad(ValueId map, const Border& border) {
    return pad(map, {0, border.top, border.left, 0}, {0, border.bottom, border.right, 0});
  }
  ValueId padChannels(ValueId map, int32_t before, int32_t after, float fill = 0) {
    return pad(map, {0, 0, 0, before}, {0, 0, 0, after}, fill);
  }
  ValueId concatenation(const std::vector<ValueId>& maps, int32_t axis = 3) {
    return node(OperatorType::Concatenation, maps, ConcatenationParams{axis});
  }
  ValueId resize(ValueId map, int32_t height, int32_t width) {
    ResizeParams params;
    params.height = height;
    params.width = width;
    params.halfPixelCenters = true;
    return node(OperatorType::Resize, {map}, params);
  }
  ValueId reshape(ValueId map, const std::vector<int32_t>& shape) {
    return node(OperatorType::Reshape, {map}, ReshapeParams{shape});
  }

  void outputs(const std::vector<ValueId>& ids) { graph.outputs = ids; }

  /// The node that makes the value; null when none does.
  const Node* producer(ValueId id) const {
    for (const Node& candidate : graph.nodes) {
      if (candidate.output() == id) return &candidate;
    }
    return nullptr;
  }

  Graph graph;

 private:
  static WindowParams same(int32_t stride) {
    WindowParams window;
    window.padding = Padding::Same;
    window.strideY = window.strideX = stride;
    return window;
  }

  ValueId value(const char* kind, const Shape& shape) {
    Value made;
    made.name = std::string(kind) + " " + std::to_string(graph.values.size());
    made.shape = shape;
    return graph.addValue(std::move(made));
  }

  std::deque<std::vector<float>> storage_;
};

/// The nodes' types in order, for comparison.
inline std::vector<OperatorType> typesOf(const Graph& graph) {
  std::vector<OperatorType> types;
  for (const Node& node : graph.nodes) types.push_back(node.type);
  return types;
}

/// Every value that a node reads is an input, a constant or made by an earlier node.
inline void expectOrdered(const Graph& graph) {
  std::vector<bool> known(graph.values.size(), false);
  for (const ValueId id : graph.inputs) known[static_cast<size_t>(id)] = true;
  for (const Node& node : graph.nodes) {
    for (const ValueId id : valuesRead(node)) {
      EXPECT_TRUE(known[static_cast<size_t>(id)] || graph.constant(id) != nullptr)
          << nodeText(graph, node) << " reads '" << graph.value(id).name << "' too early";
    }
    for (const ValueId id : node.outputs) known[static_cast<size_t>(id)] = true;
  }
  for (const ValueId id : graph.outputs) {
    EXPECT_TRUE(known[static_cast<size_t>(id)] || graph.constant(id) != nullptr);
  }
}

}  // namespace filigree::test
