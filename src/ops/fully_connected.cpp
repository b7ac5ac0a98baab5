// FULLY_CONNECTED: every row of the input times the weights, a row per output.
#include "graph/constant.h"
#include "memory.h"
#include "ops/check.h"
#include "ops/convolution.h"
#include "ops/matrix_weights.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "parallel.h"

namespace filigree {

namespace {

class FullyConnectedStep final : public Step {
 public:
  FullyConnectedStep(const PlanContext& context, const Node& node)
      : input_(node.input(0)),
        weights_(node.input(1)),
        bias_(node.input(2)),
        output_(node.output()) {
    const Graph& graph = context.graph;
    const Value& weights = graph.value(weights_);
    outputs_ = static_cast<size_t>(weights.shape[0]);
    inputs_ = static_cast<size_t>(weights.shape[1]);
    rows_ = graph.value(output_).shape.elements() / outputs_;
    clamp_ = clampOf(node.epilogue.activation);
    const size_t nonzeros = countNonzeros(weights);
    report_.density = static_cast<double>(nonzeros) / static_cast<double>(outputs_ * inputs_);
    report_.macs = {.dense = static_cast<uint64_t>(outputs_) * inputs_ * rows_,
                    .nonzero = static_cast<uint64_t>(nonzeros) * rows_};
    // A row of the batch is a "pixel" whose channels are neighbours. The sparse kernel takes one
    // such pixel at a time, for which a plane is a single float.
    matrix_.choose(context,
                   {.rows = outputs_, .columns = inputs_, .nonzeros = nonzeros, .pixels = 1},
                   &report_);
    report_.executedMacs = static_cast<uint64_t>(matrix_.executedPerPixel()) * rows_;
    post_.plan(graph, node.epilogue, context.kernels, outputs_);
    tiling_ = tileProduct(matrix_, 1, context.threads, SIZE_MAX);
  }

  size_t packedBytes() const override {
    return alignUp(matrix_.packedBytes()) + post_.packedBytes();
  }

  Status pack(const Graph& graph, uint8_t* packed) override {
    post_.pack(graph, packed + alignUp(matrix_.packedBytes()));
    const std::vector<float> bias = readBias(graph, bias_);
    matrix_.pack(ConstantRows(*graph.constant(weights_), inputs_), 0,
                 bias.empty() ? nullptr : bias.data(), 1, packed);
    return {};
  }

  void bind(const Addresses& addresses) override {
    inputData_ = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    parallelFor(context.team, rows_ * tiling_.rowTasks, [this](size_t, size_t task) {
      const size_t row = task / tiling_.rowTasks;
      const size_t first = task % tiling_.rowTasks * tiling_.rowsPerTask;
      const size_t last = std::min(first + tiling_.rowsPerTask, outputs_);
      float* output = outputData_ + row * outputs_;
      matrix_.run(first, last,
                  {.input = inputData_ + row * inputs_,
                   .inputPlane = 1,
                   .output = output,
                   .outputPlane = 1,
                   .pixels = 1,
                   .clamp = clamp_});
      post_.apply(output + first, 1, first, last, 1);
    });
  }

 private:
  ValueId input_, weights_, bias_, output_;
  MatrixWeights matrix_;
  PostActivation post_;
  ProductTiling tiling_;
  size_t outputs_ = 0, inputs_ = 0, rows_ = 0;
  Clamp clamp_;
  const float* inputData_ = nullptr;
  float* outputData_ = nullptr;
};

}  // namespace

Status inferFullyConnected(Graph& graph, const Node& node) {
  FILIGREE_CHECK_OK(checkRank(graph, node, 1, 2));
  FILIGREE_CHECK_OK(checkConstant(graph, node, 1));
  const Shape& input = graph.value(node.input(0)).shape;
  const Shape& weights = graph.value(node.input(1)).shape;
  const int32_t outputs = weights[0];
  const int32_t inputs = weights[1];
  if (outputs < 1 || inputs < 1 || input.elements() % static_cast<size_t>(inputs) != 0) {
    return invalidModel(nodeText(graph, node), ": weights ", valueText(graph, node.input(1)),
                        " do not fit ", valueText(graph, node.input(0)),
                        ", expected output × input features");
  }
  FILIGREE_CHECK_OK(checkBias(graph, node, 2, outputs));
  if (!node.as<FullyConnectedParams>().keepDims) {
    const size_t rows = input.elements() / static_cast<size_t>(inputs);
    return setOutputShape(graph, node, {static_cast<int32_t>(rows), outputs});
  }
  if (input.rank() == 0 || input[input.rank() - 1] != inputs) {
    return invalidModel(nodeText(graph, node), ": keeps dimensions, but the last one of ",
                        valueText(graph, node.input(0)), " is not ", inputs);
  }
  Shape output = input;
  output[output.rank() - 1] = outputs;
  return setOutputShape(graph, node, output);
}

Status planFullyConnected(const PlanContext& context, const Node& node,
                          std::unique_ptr<Step>* step) {
  *step = std::make_unique<FullyConnectedStep>(context, node);
  return {};
}

}  // namespace filigree
