#include "ops/gather.h"

#include <algorithm>

namespace filigree {

namespace {

/// Which of an output row's columns, counted from the first one that is wanted, lie inside the map
/// under one tap: `from` … `to`. All others read zeros.
struct Inside {
  size_t from;
  size_t to;
  ptrdiff_t source;  // input column of `from`
};

Inside insideColumns(const WindowAxis& x, int32_t offsetX, int32_t first, int32_t count) {
  // Input column of output column c: c · stride + offset, inside for begin ≤ c < end.
  const int32_t stride = x.stride;
  const int32_t begin = offsetX >= 0 ? 0 : (-offsetX + stride - 1) / stride;
  const int32_t room = x.input - offsetX;
  const int32_t end = room <= 0 ? 0 : (room + stride - 1) / stride;
  const int32_t from = std::clamp(begin, first, first + count);
  const int32_t to = std::clamp(end, from, first + count);
  return {static_cast<size_t>(from - first), static_cast<size_t>(to - first),
          ptrdiff_t{from} * stride + offsetX};
}

// Plain loops: rows are short, and memset and memcpy would be calls out of WebAssembly. In those of
// a constant stride the compiler shuffles whole vectors.

void fillZeros(float* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = 0;
}

template <ptrdiff_t kStep>
void copyEvery(const float* __restrict source, size_t count, float* __restrict out) {
  for (size_t i = 0; i < count; ++i) out[i] = source[static_cast<ptrdiff_t>(i) * kStep];
}

void copyEvery(const float* source, ptrdiff_t step, size_t count, float* out) {
  for (size_t i = 0; i < count; ++i, source += step) out[i] = *source;
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
      if (inputRow < 0 || inputRow >= y.input) {
        for (size_t channel = 0; channel < map.channels; ++channel, out += tilePlane) {
          fillZeros(out, count);
        }
        continue;
      }
      const Inside columns = insideColumns(x, taps[tap].offsetX, static_cast<int32_t>(column),
                                           static_cast<int32_t>(count));
      const ptrdiff_t step = x.stride * map.pixel;
      const float* source = map.data + inputRow * map.row + columns.source * map.pixel;
      for (size_t channel = 0; channel < map.channels; ++channel, out += tilePlane) {
        fillZeros(out, columns.from);
        const size_t pixels = columns.to - columns.from;
        float* inside = out + columns.from;
        if (step == 1) {
          copyEvery<1>(source, pixels, inside);
        } else if (step == 2) {
          copyEvery<2>(source, pixels, inside);
        } else {
          copyEvery(source, step, pixels, inside);
        }
        fillZeros(out + columns.to, count - columns.to);
        source += map.channel;
      }
    }
    done += count;
  }
}

}  // namespace filigree
