// What the three ways to run a convolution share: its operands and the packing of its weights.
//
// convolution.cpp chooses: pixelwise products for 1×1 (convolution_pointwise.cpp), interleaved
// input for the first layer (convolution_hwc.cpp), tiles gathered from the map for all others
// (convolution_tiled.cpp).
#pragma once

#include <memory>
#include <vector>

#include "ops/matrix_weights.h"
#include "ops/operator.h"
#include "ops/post_activation.h"
#include "ops/window.h"

namespace filigree {

/// A convolution with its numbers worked out.
struct ConvolutionProblem {
  ValueId input = kNone;
  ValueId weights = kNone;
  ValueId bias = kNone;
  ValueId output = kNone;
  ValueId residual = kNone;
  WindowGeometry window;
  size_t batch = 0;
  size_t groups = 0;
  size_t groupInputs = 0;   // input channels of a group
  size_t groupOutputs = 0;  // output channels of a group
  size_t inputPlane = 0;
  size_t outputPlane = 0;
  size_t outputPixels = 0;
  size_t nonzeros = 0;  // of the weights
  Clamp clamp;

  size_t inputChannels() const { return groups * groupInputs; }
  size_t outputChannels() const { return groups * groupOutputs; }
  size_t taps() const {
    return static_cast<size_t>(window.y.kernel) * static_cast<size_t>(window.x.kernel);
  }
};

/// The weights of each group, packed one behind the other.
class GroupedWeights {
 public:
  void choose(const PlanContext& context, const ConvolutionProblem& problem, size_t pixelsPerCall,
              StepReport* report);
  size_t packedBytes() const;
  /// `inputPlane`: floats between the planes that the products will read.
  void pack(const Graph& graph, const ConvolutionProblem& problem, size_t inputPlane,
            uint8_t* packed);
  const MatrixWeights& group(size_t index) const { return groups_[index]; }
  /// The one with the largest row block: what divides its rows well does so for all groups.
  const MatrixWeights& coarsestGroup() const;

 private:
  std::vector<MatrixWeights> groups_;
};

/// The bias of a node as floats; empty when it has none.
std::vector<float> readBias(const Graph& graph, ValueId bias);

std::unique_ptr<Step> makePointwiseStep(const PlanContext& context, const Node& node,
                                        const ConvolutionProblem& problem, StepReport report);
std::unique_ptr<Step> makeTiledStep(const PlanContext& context, const Node& node,
                                    const ConvolutionProblem& problem, StepReport report);
std::unique_ptr<Step> makeHwcStep(const PlanContext& context, const Node& node,
                                  const ConvolutionProblem& problem, StepReport report);

}  // namespace filigree
