// Geometry of sliding windows: output sizes, padding, and which taps meet the map.
//
// Source: TFLite's padding.h and the operator specification; the odd element of SAME padding goes
// to the end (bottom, right).
#pragma once

#include "graph/graph.h"
#include "status.h"

namespace filigree {

/// Rows first ≤ row < last of a map.
struct RowRange {
  size_t first = 0;
  size_t last = 0;

  size_t count() const { return last - first; }
};

/// One axis of a window sliding over a map.
struct WindowAxis {
  int32_t input = 0;   // map, pixels
  int32_t output = 0;  // pixels
  int32_t kernel = 0;  // taps
  int32_t stride = 1;
  int32_t dilation = 1;
  int32_t before = 0;  // zeros before the map
  int32_t after = 0;   // zeros behind it that windows really reach (≥ 0)

  /// Input position of tap `tap` for output `position`; may lie outside the map.
  int32_t source(int32_t position, int32_t tap) const {
    return position * stride + tap * dilation - before;
  }
  bool padded() const { return before > 0 || after > 0; }
  /// Input positions from the first tap of one output to the last tap of the outputs-th one.
  size_t span(size_t outputs) const {
    return (outputs - 1) * static_cast<size_t>(stride) +
           static_cast<size_t>((kernel - 1) * dilation + 1);
  }
  /// The part of the map under the windows of some outputs, and how large it is at most.
  RowRange inputsUnder(RowRange outputs) const;
  size_t mostInputsUnder(size_t outputs) const;
};

struct WindowGeometry {
  WindowAxis y;
  WindowAxis x;

  /// Multiply-adds of one input channel with one weight at each tap, summed over all taps: the
  /// number of (output pixel, tap) pairs whose input pixel exists.
  uint64_t validTaps() const;
  /// The same for the tap (ky, kx) alone.
  uint64_t validOutputs(int32_t ky, int32_t kx) const;
  /// 1×1 window, stride 1, no padding: a matrix product over pixels.
  bool isPointwise() const;
};

/// Fails with InvalidModel when there is no window, when no output pixel is left, and when the
/// padded map has more than kMaxElements elements.
Status windowGeometry(const Graph& graph, const Node& node, const WindowParams& params,
                      int32_t kernelHeight, int32_t kernelWidth, const Shape& input,
                      WindowGeometry* geometry);

}  // namespace filigree
