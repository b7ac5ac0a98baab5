#include "tflite/read_operators.h"

#include "tflite/read_options.h"

namespace filigree {

namespace {

/// Where a value comes from: the index of an operator or one of these.
constexpr int32_t kNowhere = -1;
constexpr int32_t kGraphInput = -2;
constexpr int32_t kConstant = -3;

class OperatorReader {
 public:
  OperatorReader(const ModelFile& file, const std::vector<OperatorCode>& codes, Graph* graph)
      : file_(file),
        codes_(codes),
        graph_(*graph),
        origin_(graph->values.size(), kNowhere),
        foldable_(graph->values.size(), 0),
        // Honest files spend four bytes on each; operators that share one list must not multiply
        // it.
        edgesLeft_(file.bytes.size()) {}

  Status run() {
    for (size_t id = 0; id < origin_.size(); ++id) {
      if (graph_.values[id].constant == nullptr) continue;
      origin_[id] = kConstant;
      foldable_[id] = 1;
    }
    FILIGREE_CHECK_OK(readInputs());
    const size_t count = countOf(file_.subgraph->operators());
    graph_.nodes.reserve(count);
    for (size_t index = 0; index < count; ++index) FILIGREE_CHECK_OK(readOperator(index));
    return readOutputs();
  }

 private:
  const tflite::Tensor& tensor(ValueId id) const {
    return *file_.subgraph->tensors()->Get(static_cast<flatbuffers::uoffset_t>(id));
  }
  int32_t& origin(ValueId id) { return origin_[static_cast<size_t>(id)]; }

  std::string typeText(ValueId id) const {
    const std::string type = tensorTypeText(tensor(id).type());
    return tensor(id).sparsity() == nullptr ? type : text("sparse ", type);
  }

  bool isIndex(int32_t id) const { return id >= 0 && static_cast<size_t>(id) < origin_.size(); }

  /// What is computed at run time is float32. `node` is null for the model's own inputs and
  /// outputs.
  Status checkRunnable(ValueId id, const Node* node, const char* role) {
    const bool isVariable = tensor(id).is_variable();
    if (graph_.value(id).dtype == DType::Float32 && !isVariable) return {};
    const std::string owner = node == nullptr ? "the model" : nodeText(graph_, *node);
    return unsupported(
        owner, " has ", role, " '", graph_.value(id).name, "' of ", typeText(id),
        isVariable ? " that is a variable; filigree has none" : "; filigree runs FLOAT32 only");
  }

  Status readInputs() {
    const auto* inputs = file_.subgraph->inputs();
    if (countOf(inputs) == 0) return invalidModel("the model has no inputs");
    for (const int32_t id : *inputs) {
      if (!isIndex(id)) return invalidModel("model input ", id, " is not a tensor's index");
      if (origin(id) != kNowhere) {
        return invalidModel("model input '", graph_.value(id).name,
                            origin(id) == kConstant ? "' has constant data" : "' is listed twice");
      }
      FILIGREE_CHECK_OK(checkRunnable(id, nullptr, "input"));
      origin(id) = kGraphInput;
      graph_.inputs.push_back(id);
    }
    return {};
  }

  Status readOutputs() {
    const auto* outputs = file_.subgraph->outputs();
    if (countOf(outputs) == 0) return invalidModel("the model has no outputs");
    for (const int32_t id : *outputs) {
      if (!isIndex(id)) return invalidModel("model output ", id, " is not a tensor's index");
      if (origin(id) == kNowhere) {
        return invalidModel("model output '", graph_.value(id).name, "' is made by no operator");
      }
      FILIGREE_CHECK_OK(checkRunnable(id, nullptr, "output"));
      graph_.outputs.push_back(id);
    }
    return {};
  }

  Status readOperator(size_t index) {
    const tflite::Operator& table =
        *file_.subgraph->operators()->Get(static_cast<flatbuffers::uoffset_t>(index));
    const OperatorCode& code = codes_[table.opcode_index()];
    Node node;
    node.fileOperator =
        code.builtin == tflite::BuiltinOperator_CUSTOM ? code.customName : operatorCodeText(code);
    node.fileIndex = static_cast<int32_t>(index);

    const size_t edges = countOf(table.inputs()) + countOf(table.outputs());
    if (edges > edgesLeft_) {
      return invalidModel(nodeText(graph_, node), " has ", edges,
                          " inputs and outputs, more than fit in the file");
    }
    edgesLeft_ -= edges;
    FILIGREE_CHECK_OK(readNodeOutputs(table, &node));
    FILIGREE_CHECK_OK(readNodeInputs(table, &node));
    FILIGREE_CHECK_OK(readOptions({file_, graph_, table, origin_}, code, &node));
    FILIGREE_CHECK_OK(checkTypes(node));
    graph_.nodes.push_back(std::move(node));
    return {};
  }

  Status readNodeOutputs(const tflite::Operator& table, Node* node) {
    for (size_t i = 0; i < countOf(table.outputs()); ++i) {
      const int32_t id = table.outputs()->Get(static_cast<flatbuffers::uoffset_t>(i));
      if (!isIndex(id)) {
        return invalidModel(nodeText(graph_, *node), " has output ", id, ", the model has ",
                            origin_.size(), " tensors");
      }
      node->outputs.push_back(id);
      if (origin(id) == kNowhere) {
        origin(id) = node->fileIndex;
        continue;
      }
      std::string already = origin(id) == kGraphInput ? "is a model input"
                            : origin(id) == kConstant
                                ? "has constant data"
                                : text("comes from operator ", origin(id), " already");
      return invalidModel(nodeText(graph_, *node), " makes tensor '", graph_.value(id).name,
                          "', which ", already);
    }
    return {};
  }

  Status readNodeInputs(const tflite::Operator& table, Node* node) {
    for (size_t i = 0; i < countOf(table.inputs()); ++i) {
      const int32_t id = table.inputs()->Get(static_cast<flatbuffers::uoffset_t>(i));
      if (id != kNone && !isIndex(id)) {
        return invalidModel(nodeText(graph_, *node), " has input ", id, ", the model has ",
                            origin_.size(), " tensors");
      }
      node->inputs.push_back(id);
      if (id == kNone) continue;
      const bool isOwn = origin(id) == node->fileIndex;
      if (origin(id) != kNowhere && !isOwn) continue;
      Value& value = graph_.value(id);
      if (isOwn || value.shape.elements() > 0) {
        return invalidModel(nodeText(graph_, *node), " reads tensor '", value.name,
                            "', which nothing before it makes");
      }
      // Without elements there is no data that could tell a constant. Such are the shapes of
      // scalars.
      auto constant = std::make_shared<Constant>();
      constant->storage = value.dtype;
      value.constant = std::move(constant);
      origin(id) = kConstant;
      foldable_[static_cast<size_t>(id)] = 1;
    }
    return {};
  }

  /// Floats only. Float16 is for constants, and for what DENSIFY makes of them.
  Status checkTypes(const Node& node) {
    const bool folds = node.type == OperatorType::Dequantize || node.type == OperatorType::Densify;
    for (const ValueId id : node.inputs) {
      const bool foldable = foldable_[static_cast<size_t>(id)] != 0;
      if (folds && !foldable) {
        return unsupported(nodeText(graph_, node), " reads tensor '", graph_.value(id).name,
                           "', which is computed; filigree runs it on constants only");
      }
      if (foldable && graph_.value(id).dtype == DType::Float16) continue;
      FILIGREE_CHECK_OK(checkRunnable(id, &node, "input"));
    }
    const ValueId output = node.output();
    if (folds) foldable_[static_cast<size_t>(output)] = 1;
    if (node.type == OperatorType::Densify) {
      if (graph_.value(output).dtype == graph_.value(node.input(0)).dtype) return {};
      return invalidModel(nodeText(graph_, node), " makes ", typeText(output), " of ",
                          typeText(node.input(0)));
    }
    return checkRunnable(output, &node, "output");
  }

  const ModelFile& file_;
  const std::vector<OperatorCode>& codes_;
  Graph& graph_;
  std::vector<int32_t> origin_;
  std::vector<uint8_t> foldable_;  // constants and what DENSIFY and DEQUANTIZE make of them
  size_t edgesLeft_;
};

}  // namespace

Status readOperators(const ModelFile& file, const std::vector<OperatorCode>& codes, Graph* graph) {
  return OperatorReader(file, codes, graph).run();
}

}  // namespace filigree
