#include "ops/gather.h"

#include <algorithm>
#include <cstring>

namespace filigree {

namespace {

/// One row of one tap: output columns first … first + count read input row `row` (null: outside).
void gatherRow(const float* row, ptrdiff_t pixel, const WindowAxis& x, int32_t offsetX,
               int32_t first, int32_t count, float* out) {
  if (row == nullptr) {
    std::memset(out, 0, static_cast<size_t>(count) * sizeof(float));
    return;
  }
  // Input column of output column c: c · stride + offset, inside for begin ≤ c < end.
  const int32_t stride = x.stride;
  const int32_t begin = offsetX >= 0 ? 0 : (-offsetX + stride - 1) / stride;
  const int32_t room = x.input - offsetX;
  const int32_t end = room <= 0 ? 0 : (room + stride - 1) / stride;
  const int32_t from = std::clamp(begin, first, first + count);
  const int32_t to = std::clamp(end, from, first + count);
  std::memset(out, 0, static_cast<size_t>(from - first) * sizeof(float));
  float* inside = out + (from - first);
  if (to > from) {
    const ptrdiff_t step = stride * pixel;
    const float* source = row + (ptrdiff_t{from} * stride + offsetX) * pixel;
    if (step == 1) {
      std::memcpy(inside, source, static_cast<size_t>(to - from) * sizeof(float));
    } else {
      for (int32_t i = 0; i < to - from; ++i, source += step) inside[i] = *source;
    }
  }
  std::memset(out + (to - first), 0, static_cast<size_t>(first + count - to) * sizeof(float));
}

}  // namespace

void gatherTaps(const MapView& map, const WindowAxis& y, const WindowAxis& x, const Tap* taps,
                size_t tapCount, const PixelRange& range, size_t tilePlane, float* tile) {
  // Row by row of the output grid: a tile may begin and end within one.
  for (size_t done = 0; done < range.count;) {
    const size_t position = range.first + done;
    const auto outputRow = static_cast<int32_t>(position / range.columns);
    const size_t column = position % range.columns;
    const size_t count = std::min(range.columns - column, range.count - done);
    float* out = tile + done;
    for (size_t tap = 0; tap < tapCount; ++tap) {
      const int32_t inputRow = outputRow * y.stride + taps[tap].offsetY;
      const bool inside = inputRow >= 0 && inputRow < y.input;
      for (size_t channel = 0; channel < map.channels; ++channel, out += tilePlane) {
        const float* row =
            inside ? map.data + inputRow * map.row + static_cast<ptrdiff_t>(channel) * map.channel
                   : nullptr;
        gatherRow(row, map.pixel, x, taps[tap].offsetX, static_cast<int32_t>(column),
                  static_cast<int32_t>(count), out);
      }
    }
    done += count;
  }
}

}  // namespace filigree
