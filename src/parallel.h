// parallelFor: the only place where operators meet pthreadpool.
//
// Builds without threads link pthreadpool's serial shim behind the same interface.
#pragma once

#include <pthreadpool.h>

#include <algorithm>
#include <cstddef>

namespace filigree {

/// Runs body(thread, index) for every index < count and returns when all are done. `thread` is
/// below the pool's number of threads; two calls with the same `thread` never run at the same time,
/// so it may name scratch memory. A null pool means the calling thread alone.
template <typename Body>
void parallelFor(pthreadpool_t pool, size_t count, const Body& body) {
  if (pool == nullptr || count <= 1) {
    for (size_t index = 0; index < count; ++index) body(size_t{0}, index);
    return;
  }
  const auto task = [](void* context, size_t thread, size_t index) {
    (*static_cast<const Body*>(context))(thread, index);
  };
  pthreadpool_parallelize_1d_with_thread(pool, static_cast<pthreadpool_task_1d_with_thread_t>(task),
                                         const_cast<void*>(static_cast<const void*>(&body)), count,
                                         0);
}

/// Cuts 0 … count into ranges of at least `minimum` and runs body(thread, first, last) for each. A
/// few ranges more than threads, so that a thread that is held up can be helped out by the others.
template <typename Body>
void parallelRanges(pthreadpool_t pool, size_t threads, size_t count, size_t minimum,
                    const Body& body) {
  constexpr size_t kRangesPerThread = 4;
  if (count == 0) return;
  size_t range = count;
  if (pool != nullptr && threads > 1) {
    const size_t pieces = threads * kRangesPerThread;
    range = std::max((count + pieces - 1) / pieces, std::max(minimum, size_t{1}));
  }
  parallelFor(pool, (count + range - 1) / range, [&](size_t thread, size_t piece) {
    body(thread, piece * range, std::min((piece + 1) * range, count));
  });
}

}  // namespace filigree
