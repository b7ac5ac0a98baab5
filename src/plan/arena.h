// The arena: one block of memory for all values of a plan, shared by values that are never alive at the
// same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace filigree {

/// A buffer and the steps during which it holds something, both ends included.
struct ArenaBuffer {
  size_t bytes = 0;
  int32_t firstStep = 0;
  int32_t lastStep = 0;
  size_t offset = 0;  // set by placeBuffers
};

/// Sets the offsets (multiples of kAlignmentBytes) and returns the bytes of the whole arena. Largest
/// buffers first, each into the tightest gap between those alive with it: TFLite's "greedy by size"
/// (Pisarchyk, Lee: Efficient Memory Management for Deep Neural Net Inference, 2020).
size_t placeBuffers(std::vector<ArenaBuffer>* buffers);

}  // namespace filigree
