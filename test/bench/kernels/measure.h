// What all kernel benchmarks share: options, buffers, and the measuring itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>

#include "memory.h"

namespace filigree::bench {

struct Options {
  std::string filter;
  int rounds = 25;
  bool warm = false;
  int gap = -1;  // floats between planes; −1: as the engine has them
};
extern Options options;

/// `work` per call in multiply-adds, or in elements for what multiplies nothing.
void measure(const char* kernel, const std::string& layer, double work, const char* unit,
             size_t copies, const std::function<void(size_t copy)>& run);

/// The most multiply-adds in 10⁹ per second that several samples of the limit yield.
double bestLimit();

uint32_t nextRandom();
/// Of either sign, far from denormal and from overflow.
float randomValue();

/// `copies` buffers of `count` floats one after the other, as they would lie in the arena.
class Buffers {
 public:
  Buffers(size_t copies, size_t count) : pitch_((count + 15) / 16 * 16) {
    if (!block_.allocate(copies * pitch_ * sizeof(float))) std::abort();
    for (size_t i = 0; i < copies * pitch_; ++i) block_.floats()[i] = randomValue();
  }
  float* operator[](size_t copy) { return block_.floats() + copy * pitch_; }

 private:
  size_t pitch_;
  Block block_;
};

/// How many copies of so many floats are more than the L2 cache; one with --warm.
size_t copiesFor(size_t floats);

// ---- The families, a file each

/// products.cpp
/// `inPairs`: every two rows have their nonzeros in the same columns.
void benchSpmm(double density, bool inPairs);
void benchGemm();
void benchGemv();

/// windows.cpp
void benchConvHwc();
void benchDepthwise();
void benchWindow();

/// elementwise.cpp
void benchElementwise();
void benchPlanes();

}  // namespace filigree::bench
