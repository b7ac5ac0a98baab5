// gatherTaps: a tile of output pixels with all inputs of its windows, as planes (im2col of a tile).
//
// Afterwards a convolution of any window is a matrix product with `taps × channels` planes of the
// tile's pixels, and the kernels for 1×1 convolutions do the rest.
#pragma once

#include <cstddef>

#include "ops/window.h"

namespace filigree {

/// Pixels of a tile: enough for the kernels' widest tiles, few enough that the gathered planes of a
/// usual layer stay in the second cache.
inline constexpr size_t kTilePixels = 64;

/// Planes of a tile at most, so that its bytes are countable (1 GB).
inline constexpr size_t kMostGatheredPlanes = size_t{1} << 22;

/// A map as gathers see it, in floats.
struct MapView {
  const float* data;
  size_t channels;
  ptrdiff_t row;      // between rows
  ptrdiff_t pixel;    // between pixels of a row
  ptrdiff_t channel;  // between channels
};

/// One tap of a window: input pixel = output position · stride + offset.
struct Tap {
  int32_t offsetY;
  int32_t offsetX;
};

/// Which output pixels, counted row by row: first … first + count of a grid `columns` wide.
struct PixelRange {
  size_t first;
  size_t count;
  size_t columns;
};

/// tile[(tap · channels + channel) · tilePlane + i] = map at the tap of pixel first + i, zero
/// outside.
void gatherTaps(const MapView& map, const WindowAxis& y, const WindowAxis& x, const Tap* taps,
                size_t tapCount, const PixelRange& range, size_t tilePlane, float* tile);

}  // namespace filigree
