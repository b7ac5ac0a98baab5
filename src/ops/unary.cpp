// RELU and its kin, HARD_SWISH, LOGISTIC, TANH, PRELU: where no pass could fuse them into a
// producer.
#include "memory.h"
#include "ops/broadcast.h"
#include "ops/check.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "parallel.h"

namespace filigree {

namespace {

constexpr size_t kElementsPerRange = 1 << 12;

class UnaryStep final : public Step {
 public:
  UnaryStep(const PlanContext& context, const Node& node)
      : input_(node.input(0)), output_(node.output()) {
    const Value& output = context.graph.value(output_);
    const Activation kind = node.as<UnaryParams>().kind;
    kernel_ = &findUnary(context.kernels, kind);
    clamp_ = clampOf(kind);
    floats_ = storageFloats(output.shape, output.layout);
    plane_ = output.layout == Layout::Chw ? planeStride(output.shape) : floats_;
    report_.kernel = kernel_->name;
  }

  void bind(const Addresses& addresses) override {
    inputData_ = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    parallelFloats(context.team, floats_, plane_, kElementsPerRange,
                   [this](size_t first, size_t last) {
                     kernel_->run({.count = last - first,
                                   .input = inputData_ + first,
                                   .output = outputData_ + first,
                                   .parameter = 0,
                                   .clamp = clamp_});
                   });
  }

 private:
  const UnaryKernel* kernel_;
  ValueId input_, output_;
  Clamp clamp_;
  size_t floats_ = 0, plane_ = 0;
  const float* inputData_ = nullptr;
  float* outputData_ = nullptr;
};

/// Slopes of any shape that broadcasts to the input's.
class PreluStep final : public Step {
 public:
  PreluStep(const PlanContext& context, const Node& node)
      : kernels_(context.kernels),
        input_(node.input(0)),
        slopes_(node.input(1)),
        output_(node.output()) {
    const Value& output = context.graph.value(output_);
    const Shape& slopes = context.graph.value(slopes_).shape;
    kernel_ = &findUnary(context.kernels, Activation::Prelu);
    rank_ = output.shape.rank();
    layout_ = output.layout;
    packedBytes_ = operandBytes(slopes, rank_, layout_);
    loop_ = BroadcastLoop(output.shape, slopes, output.shape, layout_, context.threads);
    report_.kernel = kernel_->name;
  }

  size_t packedBytes() const override { return packedBytes_; }
  Status pack(const Graph& graph, uint8_t* packed) override {
    slopesData_ = reinterpret_cast<float*>(packed);
    return packOperand(graph.value(slopes_), kernels_, rank_, layout_,
                       reinterpret_cast<float*>(packed));
  }

  void bind(const Addresses& addresses) override {
    inputData_ = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    parallelRuns(context.team, loop_, kElementsPerRange, [this](size_t, const PlaneRange& part) {
      loop_.walk(inputData_, slopesData_, outputData_, part,
                 [this](const float* input, const float* slopes, bool, bool oneSlope, float* output,
                        size_t count) { runOne(input, slopes, oneSlope, output, count); });
    });
  }

 private:
  void runOne(const float* input, const float* slopes, bool oneSlope, float* output,
              size_t count) const {
    if (oneSlope) {
      kernel_->run(
          {.count = count, .input = input, .output = output, .parameter = *slopes, .clamp = {}});
      return;
    }
    for (size_t i = 0; i < count; ++i) {
      output[i] = input[i] < 0 ? input[i] * slopes[i] : input[i];
    }
  }

  const KernelTable& kernels_;
  const UnaryKernel* kernel_;
  BroadcastLoop loop_;
  ValueId input_, slopes_, output_;
  int rank_ = 0;
  Layout layout_ = Layout::RowMajor;
  size_t packedBytes_ = 0;
  const float* inputData_ = nullptr;
  const float* slopesData_ = nullptr;
  float* outputData_ = nullptr;
};

}  // namespace

Status inferUnary(Graph& graph, const Node& node) {
  const Shape& input = graph.value(node.input(0)).shape;
  if (node.as<UnaryParams>().kind == Activation::Prelu) {
    FILIGREE_CHECK_OK(checkConstant(graph, node, 1));
    Shape output;
    if (!broadcastShapes(input, graph.value(node.input(1)).shape, &output) || !(output == input)) {
      return invalidModel(nodeText(graph, node), ": slopes ", valueText(graph, node.input(1)),
                          " cannot be broadcast to ", valueText(graph, node.input(0)));
    }
  }
  return setOutputShape(graph, node, input);
}

Status planUnary(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  if (node.as<UnaryParams>().kind == Activation::Prelu) {
    *step = std::make_unique<PreluStep>(context, node);
  } else {
    *step = std::make_unique<UnaryStep>(context, node);
  }
  return {};
}

}  // namespace filigree
