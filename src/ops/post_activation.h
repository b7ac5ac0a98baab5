// PostActivation: the part of an epilogue that the kernels cannot do by clamping.
//
// Applied in place to what a kernel has just written, a tile at a time, while it is still in the
// cache.
#pragma once

#include "graph/graph.h"
#include "kernels.h"
#include "ops/step.h"

namespace filigree {

class PostActivation {
 public:
  /// `channels` planes; slopes of Prelu are one or `channels`.
  void plan(const Graph& graph, const Epilogue& epilogue, const KernelTable& kernels,
            size_t channels);

  bool needed() const { return function_ != nullptr; }
  size_t packedBytes() const;
  void pack(const Graph& graph, uint8_t* packed);

  /// data[channel * plane + i] for firstChannel ≤ channel < lastChannel and i < count; `data`
  /// points at the first element of `firstChannel`.
  void apply(float* data, size_t plane, size_t firstChannel, size_t lastChannel,
             size_t count) const;

 private:
  UnaryFunction function_ = nullptr;
  ValueId slopesValue_ = kNone;
  size_t channels_ = 0;
  const float* slopes_ = nullptr;
};

/// Kernel of an activation that is no clamp.
const UnaryKernel& findUnary(const KernelTable& kernels, Activation activation);

}  // namespace filigree
