// The arena: one block of memory for all values of a plan, shared by values that are never alive at
// the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace filigree {

/// A buffer and the steps during which it holds something, both ends included.
struct ArenaBuffer {
  static constexpr int32_t kItself = -1;

  uint64_t bytes = 0;
  int32_t firstStep = 0;
  int32_t lastStep = 0;
  uint64_t offset = 0;  // set by placeBuffers
  /// A later buffer of the list that this one is a part of, and the offset in that one; kItself: it
  /// is no part of any.
  int32_t whole = kItself;
  uint64_t offsetInWhole = 0;
};

/// Sets the offsets (multiples of kAlignmentBytes, but for parts) and returns the bytes of the
/// whole arena, which may be more than there is memory: sums are 64 bits wide so that they do not
/// wrap around. A buffer has its memory to itself while it or a part of it is alive. Largest
/// buffers first, each into the tightest gap between those alive with it: TFLite's "greedy by size"
/// (Pisarchyk, Lee: Efficient Memory Management for Deep Neural Net Inference, 2020).
uint64_t placeBuffers(std::vector<ArenaBuffer>* buffers);

}  // namespace filigree
