#include "plan/arena.h"

#include <algorithm>

#include "memory.h"

namespace filigree {

namespace {

bool aliveTogether(const ArenaBuffer& a, const ArenaBuffer& b) {
  return a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
}

/// Offset of the smallest gap that takes `bytes` between the placed neighbours (ascending offsets),
/// or the end of the last one.
uint64_t findGap(const std::vector<const ArenaBuffer*>& neighbours, uint64_t bytes) {
  uint64_t end = 0;
  uint64_t best = UINT64_MAX;
  uint64_t bestGap = UINT64_MAX;
  for (const ArenaBuffer* neighbour : neighbours) {
    if (neighbour->offset > end) {
      const uint64_t gap = neighbour->offset - end;
      if (gap >= bytes && gap < bestGap) {
        bestGap = gap;
        best = end;
      }
    }
    end = std::max(end, neighbour->offset + alignUp(neighbour->bytes));
  }
  return best == UINT64_MAX ? end : best;
}

/// The buffers, each alive while it or a part of it is.
std::vector<ArenaBuffer> withLivesOfParts(std::vector<ArenaBuffer> buffers) {
  for (const ArenaBuffer& part : buffers) {
    if (part.whole == ArenaBuffer::kItself) continue;
    ArenaBuffer& whole = buffers[static_cast<size_t>(part.whole)];
    whole.firstStep = std::min(whole.firstStep, part.firstStep);
    whole.lastStep = std::max(whole.lastStep, part.lastStep);
  }
  return buffers;
}

}  // namespace

uint64_t placeBuffers(std::vector<ArenaBuffer>* buffers) {
  std::vector<ArenaBuffer> wholes = withLivesOfParts(*buffers);
  std::vector<size_t> order;
  for (size_t index = 0; index < wholes.size(); ++index) {
    if (wholes[index].whole == ArenaBuffer::kItself) order.push_back(index);
  }
  std::sort(order.begin(), order.end(), [&wholes](size_t a, size_t b) {
    const uint64_t bytesOfA = wholes[a].bytes;
    const uint64_t bytesOfB = wholes[b].bytes;
    return bytesOfA != bytesOfB ? bytesOfA > bytesOfB : a < b;
  });
  std::vector<const ArenaBuffer*> placed;  // ascending offsets
  uint64_t total = 0;
  for (const size_t index : order) {
    ArenaBuffer& buffer = wholes[index];
    std::vector<const ArenaBuffer*> neighbours;
    for (const ArenaBuffer* other : placed) {
      if (aliveTogether(buffer, *other)) neighbours.push_back(other);
    }
    const uint64_t bytes = alignUp(buffer.bytes);
    buffer.offset = findGap(neighbours, bytes);
    total = std::max(total, buffer.offset + bytes);
    const auto position = std::upper_bound(
        placed.begin(), placed.end(), buffer.offset,
        [](uint64_t offset, const ArenaBuffer* other) { return offset < other->offset; });
    placed.insert(position, &buffer);
  }
  // A whole comes behind its parts.
  for (size_t index = buffers->size(); index-- > 0;) {
    ArenaBuffer& buffer = (*buffers)[index];
    buffer.offset =
        buffer.whole == ArenaBuffer::kItself
            ? wholes[index].offset
            : (*buffers)[static_cast<size_t>(buffer.whole)].offset + buffer.offsetInWhole;
  }
  return total;
}

}  // namespace filigree
