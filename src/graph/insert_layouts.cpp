// Rank-4 maps are planes (CHW); everything else, and what goes in and out of the model, is
// row-major.
//
// The first convolution reads few interleaved channels as they are. RESHAPE and FULLY_CONNECTED
// mean row-major order; a CONVERT before them is a copy only when it really mixes channels and
// pixels (layoutsCoincide).
#include "graph/passes.h"

namespace filigree {

namespace {

/// Above this many channels a conversion pays for itself.
constexpr int32_t kMostInterleavedChannels = 4;

bool wantsRowMajor(OperatorType type) {
  return type == OperatorType::Reshape || type == OperatorType::FullyConnected;
}

class LayoutInserter {
 public:
  explicit LayoutInserter(Graph& graph) : graph_(graph) {}

  int run() {
    std::vector<Node> old = std::move(graph_.nodes);
    graph_.nodes.clear();
    for (Node& node : old) {
      placeOperands(node);
      const ValueId output = node.output();
      graph_.value(output).layout =
          isMap(output) && !wantsRowMajor(node.type) ? Layout::Chw : Layout::RowMajor;
      graph_.nodes.push_back(std::move(node));
    }
    for (ValueId& output : graph_.outputs) output = inLayout(output, Layout::RowMajor);
    return count_;
  }

 private:
  bool isMap(ValueId id) const { return graph_.value(id).shape.rank() == 4; }

  void placeOperands(Node& node) {
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId id = node.inputs[i];
      if (id == kNone || graph_.constant(id) != nullptr) continue;
      if (node.type == OperatorType::Binary) {
        node.inputs[i] = binaryOperand(node, id);
      } else if (isMap(id) && !readsInterleaved(node, id)) {
        node.inputs[i] = inLayout(id, wantsRowMajor(node.type) ? Layout::RowMajor : Layout::Chw);
      }
    }
    if (node.epilogue.residual != kNone) {
      node.epilogue.residual = inLayout(node.epilogue.residual, Layout::Chw);
    }
  }

  bool readsInterleaved(const Node& node, ValueId id) const {
    const Value& value = graph_.value(id);
    return node.type == OperatorType::Convolution && value.layout == Layout::RowMajor &&
           value.shape.channels() <= kMostInterleavedChannels;
  }

  /// Operands of a binary operator lie in memory in the order of the output.
  ValueId binaryOperand(const Node& node, ValueId id) {
    if (!isMap(node.output())) return isMap(id) ? inLayout(id, Layout::RowMajor) : id;
    return inLayout(isMap(id) ? id : asMap(id), Layout::Chw);
  }

  ValueId twin(ValueId id, OperatorType type, const char* name, Params params, Value value) {
    Node node;
    node.type = type;
    node.fileOperator = name;
    node.inputs = {id};
    node.params = std::move(params);
    const ValueId made = graph_.addValue(std::move(value));
    node.outputs = {made};
    graph_.nodes.push_back(std::move(node));
    ++count_;
    return made;
  }

  ValueId inLayout(ValueId id, Layout layout) {
    if (!isMap(id) || graph_.value(id).layout == layout) return id;
    if (converted_.size() < graph_.values.size()) converted_.resize(graph_.values.size(), kNone);
    if (const ValueId known = converted_[static_cast<size_t>(id)]; known != kNone) return known;
    Value value = graph_.value(id);
    value.layout = layout;
    const ValueId made = twin(id, OperatorType::Convert, "CONVERT", NoParams{}, std::move(value));
    converted_[static_cast<size_t>(id)] = made;
    return made;
  }

  /// The value of lower rank with leading axes of 1.
  ValueId asMap(ValueId id) {
    Value value = graph_.value(id);
    Shape wide;
    for (int axis = value.shape.rank(); axis < 4; ++axis) wide.append(1);
    for (int axis = 0; axis < value.shape.rank(); ++axis) wide.append(value.shape[axis]);
    value.shape = wide;
    ReshapeParams params;
    for (int axis = 0; axis < 4; ++axis) params.shape.push_back(wide[axis]);
    return twin(id, OperatorType::Reshape, "RESHAPE", std::move(params), std::move(value));
  }

  Graph& graph_;
  std::vector<ValueId> converted_;  // by ValueId: its twin in the other layout
  int count_ = 0;
};

}  // namespace

int insertLayouts(Graph& graph) {
  return LayoutInserter(graph).run();
}

}  // namespace filigree
