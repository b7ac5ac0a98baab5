#include "ops/post_activation.h"

#include <algorithm>

#include "graph/constant.h"
#include "ops/check.h"
#include "ops/find_kernel.h"

namespace filigree {

const UnaryKernel& findUnary(const KernelTable& kernels, Activation activation) {
  Unary kind = Unary::Clamp;
  switch (activation) {
    case Activation::Tanh:
      kind = Unary::Tanh;
      break;
    case Activation::SignBit:
      kind = Unary::SignBit;
      break;
    case Activation::HardSwish:
      kind = Unary::HardSwish;
      break;
    case Activation::Logistic:
      kind = Unary::Logistic;
      break;
    case Activation::Prelu:
      kind = Unary::Prelu;
      break;
    default:
      break;
  }
  return findKernel(kernels.unary, kind);
}

void PostActivation::plan(const Graph& graph, const Epilogue& epilogue, const KernelTable& kernels,
                          size_t channels) {
  (void)graph;
  if (isClamp(epilogue.activation)) return;
  function_ = findUnary(kernels, epilogue.activation).run;
  channels_ = channels;
  if (epilogue.activation == Activation::Prelu) slopesValue_ = epilogue.slopes;
}

size_t PostActivation::packedBytes() const {
  return slopesValue_ == kNone ? 0 : channels_ * sizeof(float);
}

void PostActivation::pack(const Graph& graph, uint8_t* packed) {
  if (slopesValue_ == kNone) return;
  float* slopes = reinterpret_cast<float*>(packed);
  const Value& value = graph.value(slopesValue_);
  readFloats(value, slopes);
  if (value.shape.elements() == 1) std::fill(slopes + 1, slopes + channels_, slopes[0]);
  slopes_ = slopes;
}

void PostActivation::apply(float* data, size_t plane, size_t firstChannel, size_t lastChannel,
                           size_t count) const {
  if (function_ == nullptr) return;
  for (size_t channel = firstChannel; channel < lastChannel; ++channel, data += plane) {
    function_({.count = count,
               .input = data,
               .output = data,
               .parameter = slopes_ == nullptr ? 0 : slopes_[channel],
               .clamp = {}});
  }
}

}  // namespace filigree
