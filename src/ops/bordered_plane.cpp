#include "ops/bordered_plane.h"

#include <algorithm>

namespace filigree {

namespace {

/// A band shall fit the first cache beside the rows of the output.
constexpr size_t kBandFloats = 5120;
/// Output rows are made several at a time by the kernels; bands are multiples of that.
constexpr size_t kRowGroup = 4;

}  // namespace

BorderedPlane::BorderedPlane(const WindowGeometry& window) : window_(window) {
  const WindowAxis& x = window.x;
  const WindowAxis& y = window.y;
  const auto stride = static_cast<size_t>(x.stride);
  direct_ = stride == 1 && !x.padded() && !y.padded();
  borderedWidth_ = static_cast<size_t>(x.output - 1) * stride +
                   static_cast<size_t>(x.kernel - 1) * static_cast<size_t>(x.dilation) + 1;
  // A stride beyond the width meets one column in each phase; the others would be empty.
  phases_ = std::min(stride, borderedWidth_);
  phaseFloats_ = (borderedWidth_ + phases_ - 1) / phases_;
  rowFloats_ = direct_ ? static_cast<size_t>(x.input) : phaseFloats_ * phases_;
  for (int32_t ky = 0; ky < y.kernel; ++ky) {
    for (int32_t kx = 0; kx < x.kernel; ++kx) {
      const size_t row = static_cast<size_t>(ky) * static_cast<size_t>(y.dilation);
      const size_t column = static_cast<size_t>(kx) * static_cast<size_t>(x.dilation);
      const size_t tap = row * rowFloats_ + column % phases_ * phaseFloats_ + column / phases_;
      taps_.push_back(static_cast<int32_t>(tap));
    }
  }
  const auto outputRows = static_cast<size_t>(y.output);
  if (direct_) {
    bandRows_ = outputRows;
    return;
  }
  const uint64_t perOutputRow = static_cast<uint64_t>(y.stride) * rowFloats_;
  const uint64_t groups = std::max<uint64_t>(kBandFloats / perOutputRow / kRowGroup, 1);
  bandRows_ = std::min(static_cast<size_t>(groups) * kRowGroup, outputRows);
}

WindowArgs BorderedPlane::prepare(const KernelTable& kernels, const float* plane, size_t firstRow,
                                  size_t rows, float border, float* scratch) const {
  const WindowAxis& y = window_.y;
  const auto inputWidth = static_cast<size_t>(window_.x.input);
  WindowArgs args{};
  args.rows = rows;
  args.columns = static_cast<size_t>(window_.x.output);
  args.sourceRow = static_cast<size_t>(y.stride) * rowFloats_;
  args.tapCount = taps_.size();
  args.taps = taps_.data();
  args.outputRow = args.columns;
  if (direct_) {
    args.source = plane + firstRow * args.sourceRow;
    return args;
  }
  args.source = scratch;
  // Of the source rows first … last, those of the plane have rows of border before and behind them.
  const int32_t first = y.source(static_cast<int32_t>(firstRow), 0);
  const int32_t last = first + static_cast<int32_t>(y.span(rows));
  const int32_t begin = std::clamp(0, first, last);
  const int32_t end = std::clamp(y.input, begin, last);
  const auto before = static_cast<size_t>(window_.x.before);
  BorderArgs copy{.rows = static_cast<size_t>(begin - first),
                  .columns = 0,
                  .input = plane + static_cast<size_t>(begin) * inputWidth,
                  .inputRow = inputWidth,
                  .before = before,
                  .phases = phases_,
                  .phaseFloats = phaseFloats_,
                  .border = border,
                  .output = scratch};
  kernels.border(copy);
  copy.output += copy.rows * rowFloats_;
  copy.rows = static_cast<size_t>(end - begin);
  copy.columns = std::min(before + inputWidth, borderedWidth_) - std::min(before, borderedWidth_);
  kernels.border(copy);
  copy.output += copy.rows * rowFloats_;
  copy.rows = static_cast<size_t>(last - end);
  copy.columns = 0;
  kernels.border(copy);
  return args;
}

}  // namespace filigree
