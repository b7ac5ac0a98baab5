// Makes the allocator of large blocks (src/memory.h) fail on demand. The test program is linked so
// that aligned_alloc goes through here.
#pragma once

namespace filigree::test {

/// While it lives, the block allocation that follows `successes` others fails, once.
class FailingAllocation {
 public:
  explicit FailingAllocation(int successes);
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;
  ~FailingAllocation();

  bool happened() const;
};

}  // namespace filigree::test
