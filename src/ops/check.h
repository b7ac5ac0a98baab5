// Checks that operators share, each with a message that names the node and the tensor.
#pragma once

#include "graph/graph.h"
#include "ops/step.h"
#include "status.h"

namespace filigree {

/// "tensor 'x' of shape 1×2×3", for messages.
std::string valueText(const Graph& graph, ValueId id);

/// Operand `index` of the node has this rank.
Status checkRank(const Graph& graph, const Node& node, size_t index, int rank);

/// Operand `index` is a constant.
Status checkConstant(const Graph& graph, const Node& node, size_t index);

/// Operand `index`, when present, is a constant with `count` elements.
Status checkBias(const Graph& graph, const Node& node, size_t index, int32_t count);

/// The shape is valid and the output takes it.
Status setOutputShape(Graph& graph, const Node& node, const Shape& shape);

Clamp clampOf(Activation activation);
/// Whether clampOf says all about it.
bool isClamp(Activation activation);

}  // namespace filigree
