// The passes: exact rewrites of a Graph, one file each.
//
// foldConstants and removeDead need no shapes; all others run after shape inference and keep shapes
// true. Each returns how often it changed something.
#pragma once

#include "graph/graph.h"
#include "status.h"

namespace filigree {

/// DEQUANTIZE and DENSIFY of constants become constants. fold_constants.cpp
int foldConstants(Graph& graph);

/// Nodes that lead to no output go. remove_dead.cpp
int removeDead(Graph& graph);

/// A PAD of zeros around the pixels of a map becomes the padding of the convolutions that read it.
/// fold_pad.cpp
int foldPad(Graph& graph);

/// A factor and a summand per channel (a batch normalisation, written as a 1×1 depthwise
/// convolution) become part of the convolution that alone reads them; exact but for rounding.
/// fold_scale.cpp
int foldScale(Graph& graph);

/// A 1×1 convolution of an enlarged map runs before the RESIZE, on fewer pixels: interpolation's
/// weights sum to one, so that the two commute but for rounding, bias included. swap_resize.cpp
int swapResize(Graph& graph);

/// An ADD of two equal shapes becomes the residual of the convolution or RESIZE that makes the
/// later operand. fuse_residual.cpp
int fuseResidual(Graph& graph);

/// An activation becomes the epilogue of the node that makes its input. fuse_activation.cpp
int fuseActivation(Graph& graph);

/// Constants that operators read as data, and those that are outputs, are copied into values.
/// materialize_constants.cpp
int materializeConstants(Graph& graph);

/// Gives each value its Layout and inserts the CONVERT nodes (and, for operands of lower rank, the
/// RESHAPE nodes) that make them fit. Last of all. insert_layouts.cpp
int insertLayouts(Graph& graph);

}  // namespace filigree
