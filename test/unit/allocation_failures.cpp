#include "unit/allocation_failures.h"

#include <cstddef>

namespace {

constexpr int kNever = -1;
int successesLeft = kNever;
bool hasFailed = false;

}  // namespace

// The linker's --wrap=aligned_alloc makes all calls of aligned_alloc calls of this one.
extern "C" void* __real_aligned_alloc(size_t alignment, size_t bytes);
extern "C" void* __wrap_aligned_alloc(size_t alignment, size_t bytes) {
  if (successesLeft == 0) {
    successesLeft = kNever;
    hasFailed = true;
    return nullptr;
  }
  if (successesLeft > 0) --successesLeft;
  return __real_aligned_alloc(alignment, bytes);
}

namespace filigree::test {

FailingAllocation::FailingAllocation(int successes) {
  successesLeft = successes;
  hasFailed = false;
}

FailingAllocation::~FailingAllocation() {
  successesLeft = kNever;
}

bool FailingAllocation::happened() const {
  return hasFailed;
}

}  // namespace filigree::test
