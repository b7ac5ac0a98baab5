// DEPTHWISE_CONV_2D's two ways: over the planes as they lie, or over bordered copies of them.
#pragma once

#include <memory>

#include "ops/operator.h"
#include "ops/post_activation.h"
#include "ops/window.h"

namespace filigree {

/// A depthwise layer: its values, its geometry and what both ways do alike.
struct DepthwiseProblem {
  DepthwiseProblem(const PlanContext& context, const Node& node, const WindowGeometry& geometry);

  WindowGeometry window;
  ValueId input = kNone, weights = kNone, bias = kNone, output = kNone;
  size_t inputPlane = 0, outputPlane = 0;
  size_t rows = 0, columns = 0;  // of the output
  size_t channels = 0;           // of the output
  size_t multiplier = 1;         // output channels of an input channel
  size_t planes = 0;             // output channels of all batch elements
  size_t taps = 0;
  Clamp clamp;
  PostActivation post;

  size_t packedBytes() const;
  /// For each channel its weights, then all biases.
  Status pack(const Graph& graph, uint8_t* packed);
  const float* weightsOf(size_t channel) const { return packed_ + channel * taps; }
  const float* biasOf(size_t channel) const { return packed_ + channels * taps + channel; }
  uint64_t macsPerRow() const { return uint64_t{columns} * taps; }
  /// Nonzeros, multiply-adds and density.
  StepReport report(const Graph& graph, const char* kernel) const;

 private:
  const float* packed_ = nullptr;
};

/// Null when no kernel takes the window or the stride.
std::unique_ptr<Step> makeDirectDepthwiseStep(const PlanContext& context,
                                              const DepthwiseProblem& problem);
std::unique_ptr<Step> makeBorderedDepthwiseStep(const PlanContext& context,
                                                const DepthwiseProblem& problem);

}  // namespace filigree
