#include "ops/copy_step.h"

#include <algorithm>

#include "graph/constant.h"
#include "memory.h"
#include "ops/check.h"
#include "parallel.h"

namespace filigree {

namespace {
constexpr size_t kElementsPerRange = 1 << 14;
}

CopyStep::CopyStep(const PlanContext& context, const Node& node, std::vector<CopyPart> parts,
                   const char* kernelName)
    : parts_(std::move(parts)), output_(node.output()) {
  const Graph& graph = context.graph;
  const Value& output = graph.value(output_);
  outputFloats_ = storageFloats(output.shape, output.layout);
  for (const CopyPart& part : parts_) {
    const Value& input = graph.value(part.input);
    const bool isConstant = input.constant != nullptr;
    packedBytes_.push_back(
        isConstant ? alignUp(std::max(input.shape.elements(), size_t{1}) * sizeof(float)) : 0);
  }
  inputData_.resize(parts_.size());
  if (node.epilogue.activation != Activation::None) {
    activation_ = findUnary(context.kernels, node.epilogue.activation).run;
    clamp_ = clampOf(node.epilogue.activation);
  }
  report_.kernel = kernelName;
}

size_t CopyStep::packedBytes() const {
  size_t sum = 0;
  for (const size_t bytes : packedBytes_) sum += bytes;
  return sum;
}

Status CopyStep::pack(const Graph& graph, uint8_t* packed) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (packedBytes_[i] == 0) continue;
    auto* floats = reinterpret_cast<float*>(packed);
    readFloats(graph.value(parts_[i].input), floats);
    inputData_[i] = floats;
    packed += packedBytes_[i];
  }
  return {};
}

void CopyStep::bind(const Addresses& addresses) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (packedBytes_[i] == 0) inputData_[i] = addresses[static_cast<size_t>(parts_[i].input)];
  }
  outputData_ = addresses[static_cast<size_t>(output_)];
}

void CopyStep::run(const RunContext& context) const {
  if (fills_) {
    parallelRanges(context.team, outputFloats_, kElementsPerRange,
                   [this](size_t, size_t first, size_t last) {
                     std::fill(outputData_ + first, outputData_ + last, fillValue_);
                   });
  }
  for (size_t i = 0; i < parts_.size(); ++i) {
    const CopyPart& part = parts_[i];
    const size_t outer = part.copy.outerExtent();
    if (outer == 0) continue;
    const size_t perOuter = part.copy.elements() / outer;
    parallelRanges(context.team, outer, kElementsPerRange / std::max(perOuter, size_t{1}),
                   [&](size_t, size_t first, size_t last) {
                     part.copy.run(context.kernels, inputData_[i] + part.inputOffset,
                                   outputData_ + part.outputOffset, first, last);
                   });
  }
  if (activation_ == nullptr) return;
  parallelRanges(context.team, outputFloats_, kElementsPerRange,
                 [this](size_t, size_t first, size_t last) {
                   activation_({.count = last - first,
                                .input = outputData_ + first,
                                .output = outputData_ + first,
                                .parameter = 0,
                                .clamp = clamp_});
                 });
}

}  // namespace filigree
