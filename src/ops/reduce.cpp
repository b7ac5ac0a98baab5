// MEAN over any axes. The usual case, whole planes, goes through the kernel for sums.
#include <algorithm>

#include "ops/check.h"
#include "ops/operator.h"
#include "ops/step.h"
#include "parallel.h"
#include "sort_few.h"

namespace filigree {

namespace {

constexpr size_t kElementsPerRange = 1 << 14;

struct Axis {
  size_t extent;
  ptrdiff_t inputStride;
  ptrdiff_t outputStride;  // of kept axes
};

Status reducedAxes(const Graph& graph, const Node& node, bool (&reduced)[kMaxRank]) {
  const int rank = graph.value(node.input(0)).shape.rank();
  for (const int32_t axis : node.as<ReduceParams>().axes) {
    const int32_t resolved = axis < 0 ? axis + rank : axis;
    if (resolved < 0 || resolved >= rank) {
      return invalidModel(nodeText(graph, node), ": axis ", axis, " of ",
                          valueText(graph, node.input(0)));
    }
    reduced[resolved] = true;
  }
  return {};
}

class MeanStep final : public Step {
 public:
  MeanStep(const PlanContext& context, const Node& node, const bool (&reduced)[kMaxRank])
      : input_(node.input(0)), output_(node.output()) {
    const Value& input = context.graph.value(input_);
    const Value& output = context.graph.value(output_);
    const StridedView from = stridedView(input.shape, input.layout);
    const StridedView to = stridedView(output.shape, output.layout);
    const bool keepsDims = node.as<ReduceParams>().keepDims;
    size_t outputAxis = 0;
    for (size_t axis = 0; axis < static_cast<size_t>(from.rank); ++axis) {
      if (reduced[axis]) {
        reduced_[reducedRank_++] = {from.extent[axis], from.stride[axis], 0};
        outputAxis += keepsDims ? 1 : 0;
      } else {
        kept_[keptRank_++] = {from.extent[axis], from.stride[axis], to.stride[outputAxis++]};
      }
    }
    for (int i = 0; i < keptRank_; ++i) outputs_ *= kept_[i].extent;
    for (int i = 0; i < reducedRank_; ++i) count_ *= reduced_[i].extent;
    sortFew(reduced_, reducedRank_,
            [](const Axis& a, const Axis& b) { return a.inputStride > b.inputStride; });
    mergeReduced();
    report_.kernel = runIsContiguous() ? "f32_sum" : "strided sum";
  }

  void bind(const Addresses& addresses) override {
    inputData_ = addresses[static_cast<size_t>(input_)];
    outputData_ = addresses[static_cast<size_t>(output_)];
  }

  void run(const RunContext& context) const override {
    parallelRanges(context.team, outputs_, kElementsPerRange / std::max(count_, size_t{1}),
                   [&](size_t, size_t first, size_t last) {
                     for (size_t index = first; index < last; ++index) {
                       reduceOne(context.kernels, index);
                     }
                   });
  }

 private:
  void mergeReduced() {
    int merged = 0;
    for (int i = 1; i < reducedRank_; ++i) {
      const Axis& inner = reduced_[i];
      Axis& outer = reduced_[merged];
      if (outer.inputStride == inner.inputStride * static_cast<ptrdiff_t>(inner.extent)) {
        outer = {outer.extent * inner.extent, inner.inputStride, 0};
      } else {
        reduced_[++merged] = inner;
      }
    }
    if (reducedRank_ > 0) reducedRank_ = merged + 1;
  }

  bool runIsContiguous() const {
    return reducedRank_ > 0 && reduced_[reducedRank_ - 1].inputStride == 1;
  }

  void reduceOne(const KernelTable& kernels, size_t index) const {
    const float* input = inputData_;
    float* output = outputData_;
    for (int i = keptRank_ - 1; i >= 0; --i) {
      const auto position = static_cast<ptrdiff_t>(index % kept_[i].extent);
      index /= kept_[i].extent;
      input += position * kept_[i].inputStride;
      output += position * kept_[i].outputStride;
    }
    *output = sumFrom(kernels, 0, input) / static_cast<float>(count_);
  }

  float sumFrom(const KernelTable& kernels, int level, const float* input) const {
    if (level == reducedRank_) return *input;
    const Axis& axis = reduced_[level];
    if (level == reducedRank_ - 1 && axis.inputStride == 1) return kernels.sum(input, axis.extent);
    float sum = 0;
    for (size_t i = 0; i < axis.extent; ++i, input += axis.inputStride) {
      sum += sumFrom(kernels, level + 1, input);
    }
    return sum;
  }

  ValueId input_, output_;
  int keptRank_ = 0;
  int reducedRank_ = 0;
  Axis kept_[kMaxRank] = {};
  Axis reduced_[kMaxRank] = {};
  size_t outputs_ = 1;
  size_t count_ = 1;  // inputs of an output
  const float* inputData_ = nullptr;
  float* outputData_ = nullptr;
};

}  // namespace

Status inferReduce(Graph& graph, const Node& node) {
  bool reduced[kMaxRank] = {};
  FILIGREE_CHECK_OK(reducedAxes(graph, node, reduced));
  const Shape& input = graph.value(node.input(0)).shape;
  Shape output;
  for (int axis = 0; axis < input.rank(); ++axis) {
    if (!reduced[axis]) {
      output.append(input[axis]);
    } else if (node.as<ReduceParams>().keepDims) {
      output.append(1);
    }
  }
  return setOutputShape(graph, node, output);
}

Status planReduce(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step) {
  bool reduced[kMaxRank] = {};
  FILIGREE_CHECK_OK(reducedAxes(context.graph, node, reduced));
  *step = std::make_unique<MeanStep>(context, node, reduced);
  return {};
}

}  // namespace filigree
