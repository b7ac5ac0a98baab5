#include "plan/chain.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "memory.h"
#include "parallel.h"
#include "tensor.h"
#include "text.h"

namespace filigree {

namespace {

/// Heights of a band that are tried, best first: mostly whole tiles of the depthwise kernels.
constexpr std::array<size_t, 4> kBandRows = {24, 12, 8, 4};

}  // namespace

Chain::Chain(std::vector<ChainedLayer> layers, size_t threads) : layers_(std::move(layers)) {
  strips_ = std::min(threads, layers_.back().rows);
}

bool Chain::plan(size_t mostBytes) {
  return std::any_of(kBandRows.begin(), kBandRows.end(),
                     [&](size_t rows) { return planBands(rows, mostBytes); });
}

bool Chain::planBands(size_t rows, size_t mostBytes) {
  bandRows_ = rows;
  between_.assign(layers_.size() - 1, {});
  // A strip's first band makes all that it needs.
  size_t made = std::min(rows, layers_.back().rows);
  for (size_t i = between_.size(); i-- > 0;) {
    made = layers_[i + 1].step->mostRowsNeeded(made);
    between_[i].rows = made;
  }
  betweenBytes_ = kOverReadBytes;  // there must be as much before the first row
  for (size_t i = 0; i < between_.size(); ++i) {
    Between& between = between_[i];
    between.plane = planeStride(between.rows, layers_[i].columns);
    between.offset = betweenBytes_;
    betweenBytes_ += alignUp(layers_[i].channels * between.plane * sizeof(float) + kOverReadBytes);
    if (betweenBytes_ > mostBytes) return false;
  }
  return true;
}

std::string Chain::describe() const {
  std::string out = "in a chain of layers ";
  for (const ChainedLayer& layer : layers_) {
    if (layer.index != layers_.front().index) out += ", ";
    appendText(out, layer.index);
  }
  return out + text(": ", bandRows_, " rows at a time");
}

void Chain::setPlanes(const Graph& graph) {
  const auto planeOf = [&graph](ValueId id) { return planeStride(graph.value(id).shape); };
  size_t inputPlane = planeOf(layers_.front().input);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const bool isLast = i + 1 == layers_.size();
    const size_t outputPlane = isLast ? planeOf(layers_[i].output) : between_[i].plane;
    layers_[i].step->setPlanes(inputPlane, outputPlane);
    inputPlane = outputPlane;
  }
}

size_t Chain::scratchBytesPerThread() const {
  size_t own = 0;
  for (const ChainedLayer& layer : layers_) {
    own = std::max(own, layer.step->scratchBytesPerThread());
  }
  return betweenBytes_ + own;
}

void Chain::bind(const Addresses& addresses) {
  input_ = addresses[static_cast<size_t>(layers_.front().input)];
  output_ = addresses[static_cast<size_t>(layers_.back().output)];
}

RowRange Chain::strip(size_t index) const {
  const size_t rows = layers_.back().rows;
  return {index * rows / strips_, (index + 1) * rows / strips_};
}

template <typename Visit>
void Chain::forEachBand(RowRange strip, const Visit& visit) const {
  std::array<Work, kMostLayers> work;
  for (size_t row = strip.first; row < strip.last; row += bandRows_) {
    // From the last layer back: what it makes tells what the one before has to hold.
    RowRange make = {row, std::min(row + bandRows_, strip.last)};
    for (size_t i = layers_.size() - 1; i > 0; --i) {
      work[i].make = make;
      RowRange& hold = work[i - 1].hold;
      const size_t made = hold.last;
      hold = layers_[i].step->rowsNeeded(make);
      hold.last = std::max(hold.last, hold.first);
      make = {std::min(std::max(hold.first, made), hold.last), hold.last};
    }
    work[0].make = make;
    visit(work);
  }
}

void Chain::runTimed(const RunContext& context, double (*now)(), double* layerMs) const {
  parallelFor(context.team, strips_, [&](size_t thread, size_t index) {
    runStrip(strip(index), reinterpret_cast<uint8_t*>(context.scratchOf(thread)), now,
             layerMs == nullptr ? nullptr : layerMs + thread * kMostLayers);
  });
}

void Chain::runStrip(RowRange strip, uint8_t* scratch, double (*now)(), double* layerMs) const {
  auto* own = reinterpret_cast<float*>(scratch + betweenBytes_);
  std::array<RowRange, kMostLayers> held;
  forEachBand(strip, [&](const auto& work) {
    double before = now == nullptr ? 0 : now();
    const float* input = input_;
    for (size_t i = 0; i < layers_.size(); ++i) {
      float* output = output_;
      if (i < between_.size()) {
        const RowRange hold = work[i].hold;
        if (held[i].last > hold.first) {
          moveUp(i, hold.first - held[i].first, held[i].last - hold.first, scratch);
        }
        held[i] = hold;
        output = reinterpret_cast<float*>(scratch + between_[i].offset) -
                 static_cast<ptrdiff_t>(hold.first * layers_[i].columns);
      }
      layers_[i].step->runRows(work[i].make, input, output, own);
      input = output;
      if (now == nullptr) continue;
      const double after = now();
      layerMs[i] += after - before;
      before = after;
    }
  });
}

void Chain::moveUp(size_t position, size_t rows, size_t keep, uint8_t* scratch) const {
  if (rows == 0) return;
  const ChainedLayer& layer = layers_[position];
  float* plane = reinterpret_cast<float*>(scratch + between_[position].offset);
  for (size_t channel = 0; channel < layer.channels; ++channel) {
    std::memmove(plane, plane + rows * layer.columns, keep * layer.columns * sizeof(float));
    plane += between_[position].plane;
  }
}

}  // namespace filigree
