// ADD and MUL with broadcasting, of maps and constants alike.
#include "memory.h"
#include "ops/broadcast.h"
#include "ops/check.h"
#include "ops/find_kernel.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "parallel.h"

namespace filigree {

namespace {

constexpr size_t kElementsPerRange = 1 << 12;

class BinaryStep final : public Step {
 public:
  BinaryStep(const PlanContext& context, const Node& node)
      : kernels_(context.kernels), output_(node.output()) {
    const Graph& graph = context.graph;
    const Value& output = graph.value(output_);
    rank_ = output.shape.rank();
    layout_ = output.layout;
    for (size_t side = 0; side < 2; ++side) {
      operands_[side].value = node.input(side);
      const Value& value = graph.value(node.input(side));
      if (value.constant == nullptr) continue;
      operands_[side].packedBytes = alignUp(operandBytes(value.shape, rank_, layout_));
    }
    loop_ = BroadcastLoop(graph.value(node.input(0)).shape, graph.value(node.input(1)).shape,
                          output.shape, layout_, context.threads);
    clamp_ = clampOf(node.epilogue.activation);
    post_.plan(graph, node.epilogue, context.kernels, 1);
    const Binary kind =
        node.as<BinaryParams>().kind == BinaryOperator::Add ? Binary::Add : Binary::Mul;
    kernel_ = &findKernel(context.kernels.binary, kind);
    report_.kernel = kernel_->name;
  }

  size_t packedBytes() const override {
    return operands_[0].packedBytes + operands_[1].packedBytes;
  }

  Status pack(const Graph& graph, uint8_t* packed) override {
    for (Operand& operand : operands_) {
      if (operand.packedBytes == 0) continue;
      auto* floats = reinterpret_cast<float*>(packed);
      FILIGREE_CHECK_OK(packOperand(graph.value(operand.value), kernels_, rank_, layout_, floats));
      operand.data = floats;
      packed += operand.packedBytes;
    }
    return {};
  }

  void bind(const Addresses& addresses) override {
    for (Operand& operand : operands_) {
      if (operand.packedBytes == 0) operand.data = addresses[static_cast<size_t>(operand.value)];
    }
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    parallelRuns(context.team, loop_, kElementsPerRange,
                 [this](size_t, const PlaneRange& part) { runPart(part); });
  }

 private:
  struct Operand {
    ValueId value = kNone;
    size_t packedBytes = 0;  // 0: not a constant
    const float* data = nullptr;
  };

  void runPart(const PlaneRange& part) const {
    loop_.walk(operands_[0].data, operands_[1].data, outputData_, part,
               [this](const float* a, const float* b, bool aIsScalar, bool bIsScalar, float* output,
                      size_t count) {
                 // Both operators commute, so that the single element can always be the second.
                 if (aIsScalar) {
                   std::swap(a, b);
                   std::swap(aIsScalar, bIsScalar);
                 }
                 kernel_->run({.count = count,
                               .a = a,
                               .b = b,
                               .bIsScalar = bIsScalar,
                               .output = output,
                               .clamp = clamp_});
                 post_.apply(output, 0, 0, 1, count);
               });
  }

  const KernelTable& kernels_;
  const BinaryKernel* kernel_ = nullptr;
  BroadcastLoop loop_;
  PostActivation post_;
  Operand operands_[2];
  ValueId output_;
  int rank_ = 0;
  Layout layout_ = Layout::RowMajor;
  Clamp clamp_;
  float* outputData_ = nullptr;
};

}  // namespace

Status inferBinary(Graph& graph, const Node& node) {
  Shape output;
  if (!broadcastShapes(graph.value(node.input(0)).shape, graph.value(node.input(1)).shape,
                       &output)) {
    return invalidModel(nodeText(graph, node), ": ", valueText(graph, node.input(0)), " and ",
                        valueText(graph, node.input(1)), " cannot be broadcast to one shape");
  }
  return setOutputShape(graph, node, output);
}

Status planBinary(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  *step = std::make_unique<BinaryStep>(context, node);
  return {};
}

}  // namespace filigree
