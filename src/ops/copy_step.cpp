#include "ops/copy_step.h"

#include <algorithm>

#include "graph/constant.h"
#include "memory.h"
#include "ops/check.h"
#include "parallel.h"
#include "text.h"

namespace filigree {

namespace {
constexpr size_t kElementsPerRange = 1 << 12;
}

size_t runFloats(const Value& input, const Value& output) {
  const bool isAlike = input.constant == nullptr && input.layout == output.layout;
  if (!isAlike || !isOneRun(input.shape, output.shape, output.layout)) return 0;
  return storageFloats(input.shape, input.layout);
}

CopyStep::CopyStep(const PlanContext& context, const Node& node, std::vector<CopyPart> parts,
                   const char* kernelName)
    : parts_(std::move(parts)), output_(node.output()) {
  const Graph& graph = context.graph;
  const Value& output = graph.value(output_);
  outputFloats_ = storageFloats(output.shape, output.layout);
  outputPlane_ = output.layout == Layout::Chw ? planeStride(output.shape) : outputFloats_;
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

std::vector<InputRun> CopyStep::inputRuns() const {
  std::vector<InputRun> runs;
  // The activation is applied to the output, but the input may have other readers.
  if (activation_ != nullptr) return runs;
  for (const CopyPart& part : parts_) {
    if (part.runFloats == 0) continue;
    runs.push_back({part.input, static_cast<size_t>(part.outputOffset)});
  }
  return runs;
}

void CopyStep::bind(const Addresses& addresses) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (packedBytes_[i] == 0) inputData_[i] = addresses[static_cast<size_t>(parts_[i].input)];
  }
  outputData_ = addresses[static_cast<size_t>(output_)];
  size_t inPlace = 0;
  for (size_t i = 0; i < parts_.size(); ++i) inPlace += isInPlace(i) ? 1 : 0;
  if (inPlace == 0) return;
  addReason(parts_.size() == 1 ? "input already in place"
                               : text(inPlace, " of ", parts_.size(), " inputs already in place"));
}

void CopyStep::fill(const RunContext& context, size_t first, size_t last) const {
  parallelFloats(context.team, last - first, outputPlane_, kElementsPerRange,
                 [this, first](size_t from, size_t to) {
                   std::fill(outputData_ + first + from, outputData_ + first + to, fillValue_);
                 });
}

void CopyStep::copy(const RunContext& context, size_t index) const {
  const CopyPart& part = parts_[index];
  const size_t outer = part.copy.outerExtent();
  if (outer == 0) return;
  const size_t perOuter = part.copy.elements() / outer;
  parallelRanges(context.team, outer, kElementsPerRange / std::max(perOuter, size_t{1}),
                 [&](size_t, size_t first, size_t last) {
                   part.copy.run(context.kernels, inputData_[index] + part.inputOffset,
                                 outputData_ + part.outputOffset, first, last);
                 });
}

void CopyStep::run(const RunContext& context) const {
  if (fills_) {
    // A run's gaps between planes hold nothing, so that nothing within it has to be filled.
    const CopyPart& part = parts_.front();
    const auto first = part.runFloats > 0 ? static_cast<size_t>(part.outputOffset) : 0;
    fill(context, 0, first);
    fill(context, first + part.runFloats, outputFloats_);
  }
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (!isInPlace(i)) copy(context, i);
  }
  if (activation_ == nullptr) return;
  parallelFloats(context.team, outputFloats_, outputPlane_, kElementsPerRange,
                 [this](size_t first, size_t last) {
                   activation_({.count = last - first,
                                .input = outputData_ + first,
                                .output = outputData_ + first,
                                .parameter = 0,
                                .clamp = clamp_});
                 });
}

}  // namespace filigree
