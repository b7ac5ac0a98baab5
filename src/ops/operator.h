// The operators: one pair of functions each, one line of registration (registry.cpp).
//
// To add an operator: a type and parameters in graph/graph.h, its options in
// tflite/read_options.cpp, a file here with `inferShapes` and `plan`, a line in registry.cpp, and
// its reference in the tests' evaluator and generator.
#pragma once

#include <memory>

#include "graph/graph.h"
#include "kernels.h"
#include "ops/step.h"
#include "status.h"

namespace filigree {

/// What to do with layers whose weights hold zeros.
enum class SparseMode : uint8_t { Auto, Never, Always };

struct PlanContext {
  const Graph& graph;
  const KernelTable& kernels;
  SparseMode sparse;
  size_t threads;
};

struct Operator {
  OperatorType type;
  /// Checks operands and parameters against each other and sets the outputs' shapes.
  Status (*inferShapes)(Graph& graph, const Node& node);
  /// Makes the step; shapes and layouts are final.
  Status (*plan)(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step);
};

const Operator& findOperator(OperatorType type);

// ---- The operators, one file each

#define FILIGREE_OPERATOR(name)                       \
  Status infer##name(Graph& graph, const Node& node); \
  Status plan##name(const PlanContext& context, const Node& node, std::unique_ptr<Step>* step)

FILIGREE_OPERATOR(Convolution);
FILIGREE_OPERATOR(DepthwiseConvolution);
FILIGREE_OPERATOR(TransposeConvolution);
FILIGREE_OPERATOR(FullyConnected);
FILIGREE_OPERATOR(Binary);
FILIGREE_OPERATOR(Unary);
FILIGREE_OPERATOR(Pool);
FILIGREE_OPERATOR(Reduce);
FILIGREE_OPERATOR(Pad);
FILIGREE_OPERATOR(Resize);
FILIGREE_OPERATOR(DepthToSpace);
FILIGREE_OPERATOR(Reshape);
FILIGREE_OPERATOR(Concatenation);
FILIGREE_OPERATOR(StridedSlice);
FILIGREE_OPERATOR(Convert);

#undef FILIGREE_OPERATOR

}  // namespace filigree
