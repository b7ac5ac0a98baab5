// A batch normalisation that no convolution stands before is written as a 1×1 depthwise
// convolution: a factor and a summand for each channel. W · (factor · x + summand) is (W · factor)
// · x + W · summand, so that a convolution behind it can do both at once.
#include <algorithm>
#include <vector>

#include "graph/constant.h"
#include "graph/passes.h"

namespace filigree {

namespace {

constexpr size_t kWeights = 1;
constexpr size_t kBias = 2;

/// Windows at `stride` over an axis never leave the map: there would be zeros, not summands.
bool staysInside(int32_t input, int32_t output, int32_t kernel, int32_t stride, int32_t dilation) {
  const int64_t reach = int64_t{output - 1} * stride + int64_t{kernel - 1} * dilation + 1;
  return reach <= input;
}

bool staysInside(const Graph& graph, const Node& convolution) {
  const WindowParams& window = convolution.as<ConvolutionParams>().window;
  const Shape& input = graph.value(convolution.input(0)).shape;
  const Shape& output = graph.value(convolution.output()).shape;
  const Shape& weights = graph.value(convolution.input(kWeights)).shape;
  return window.folded == Border{} &&
         staysInside(input.height(), output.height(), weights[1], window.strideY,
                     window.dilationY) &&
         staysInside(input.width(), output.width(), weights[2], window.strideX, window.dilationX);
}

/// One factor per channel and nothing else.
bool isScale(const Graph& graph, const Node& node) {
  if (node.type != OperatorType::DepthwiseConvolution) return false;
  const WindowParams& window = node.as<DepthwiseParams>().window;
  const Shape& weights = graph.value(node.input(kWeights)).shape;
  return weights[1] == 1 && weights[2] == 1 && window.strideY == 1 && window.strideX == 1 &&
         window.folded == Border{} && node.epilogue.activation == Activation::None &&
         weights[3] == graph.value(node.input(0)).shape.channels();
}

/// The convolution that alone reads the scale's output and may do its work; kNone without one.
int32_t findReader(const Graph& graph, const Uses& uses, const Node& scale) {
  const auto output = static_cast<size_t>(scale.output());
  if (uses.isOutput[output] != 0 || uses.consumers[output].size() != 1) return kNone;
  const int32_t reader = uses.consumers[output].front();
  const Node& node = graph.nodes[static_cast<size_t>(reader)];
  if (node.type != OperatorType::Convolution || node.input(0) != scale.output()) return kNone;
  const bool isGrouped =
      graph.value(node.input(kWeights)).shape[3] != graph.value(scale.output()).shape.channels();
  return isGrouped || !staysInside(graph, node) ? kNone : reader;
}

std::vector<float> floatsOf(const Graph& graph, ValueId id, size_t count) {
  std::vector<float> out(count, 0.0f);
  if (id != kNone) readFloats(graph.value(id), out.data());
  return out;
}

ValueId addConstant(Graph& graph, std::string name, const Shape& shape,
                    std::vector<float> elements) {
  auto constant = std::make_shared<Constant>();
  constant->made = std::move(elements);
  constant->bytes = reinterpret_cast<const uint8_t*>(constant->made.data());
  constant->byteCount = constant->made.size() * sizeof(float);
  Value value;
  value.name = std::move(name);
  value.shape = shape;
  value.constant = std::move(constant);
  return graph.addValue(std::move(value));
}

void fold(Graph& graph, const Node& scale, Node& convolution) {
  const Value weightsValue = graph.value(convolution.input(kWeights));
  const Shape& shape = weightsValue.shape;
  const auto outputs = static_cast<size_t>(shape[0]);
  const auto channels = static_cast<size_t>(shape[3]);
  const std::vector<float> factors = floatsOf(graph, scale.input(kWeights), channels);
  const std::vector<float> summands = floatsOf(graph, scale.input(kBias), channels);
  std::vector<float> bias = floatsOf(graph, convolution.input(kBias), outputs);
  std::vector<float> weights(shape.elements());
  readFloats(weightsValue, weights.data());
  const size_t columns = outputs == 0 ? 0 : weights.size() / outputs;
  for (size_t row = 0; row < outputs; ++row) {
    double sum = bias[row];
    for (size_t column = 0; column < columns; ++column) {
      float& weight = weights[row * columns + column];
      sum += double{weight} * summands[column % channels];
      weight *= factors[column % channels];
    }
    bias[row] = static_cast<float>(sum);
  }
  auto& params = convolution.as<ConvolutionParams>();
  const size_t elements = graph.value(scale.output()).shape.elements();
  const auto zeros = static_cast<size_t>(std::count(factors.begin(), factors.end(), 0.0f));
  params.foldedMacs += elements;
  params.foldedNonzeroMacs += elements / channels * (channels - zeros);
  convolution.inputs.resize(3, kNone);
  convolution.inputs[0] = scale.input(0);
  convolution.inputs[kWeights] =
      addConstant(graph, weightsValue.name + "/scaled", shape, std::move(weights));
  convolution.inputs[kBias] =
      addConstant(graph, weightsValue.name + "/bias", {shape[0]}, std::move(bias));
}

}  // namespace

int foldScale(Graph& graph) {
  int count = 0;
  // Backwards, so that of two scales in a row the second is folded before the first is looked at.
  for (size_t index = graph.nodes.size(); index-- > 0;) {
    Node& node = graph.nodes[index];
    if (!isScale(graph, node)) continue;
    const int32_t reader = findReader(graph, findUses(graph), node);
    if (reader == kNone) continue;
    fold(graph, node, graph.nodes[static_cast<size_t>(reader)]);
    node.dead = true;
    ++count;
  }
  sweep(graph);
  return count;
}

}  // namespace filigree
