// Team: the threads that run a plan together.
//
// pthreadpool makes the threads, wakes them when a run begins and lets them sleep between runs; one
// call of it spans the whole run. Within it, steps hand out pieces of work through `share`, and
// nobody waits for a thread that holds none: when a thread is late, since it still wakes up or
// since another program has its core, the others do its share. (pthreadpool's own loops end when
// every thread has looked in, which made a run several times as long on a machine with other things
// to do.)
#pragma once

#include <pthreadpool.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "pace.h"

namespace filigree {

class Team {
 public:
  /// Works on piece `index`. `thread` is below threads(); two calls with the same one never run at
  /// the same time, so that it may name scratch memory.
  using Piece = void (*)(const void* context, size_t thread, size_t index);

  Team() = default;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  /// Makes the threads, the calling one counted. Once, between runs; until then the caller is
  /// alone. False when there are none to be had.
  [[nodiscard]] bool start(size_t threads);
  size_t threads() const { return threads_; }

  /// Runs body() on the calling thread while the others stand by for what it shares; alone, if that
  /// was faster lately (pace.h).
  template <typename Body>
  void run(const Body& body) {
    runErased([](const void* context) { (*static_cast<const Body*>(context))(); }, &body);
  }

  /// The same for what is not done again and again, always together.
  template <typename Body>
  void runOnce(const Body& body) {
    runTogether([](const void* context) { (*static_cast<const Body*>(context))(); }, &body);
  }

  /// Runs piece(context, thread, index) for every index < count and returns when all are done. Only
  /// from the body of `run`. Thread t begins with the t-th of equal parts of the pieces.
  void share(size_t count, Piece piece, const void* context);

 private:
  using Body = void (*)(const void* context);

  /// Where a thread's part of the pieces has got to: the epoch above, the next index below. Both in
  /// one word, so that a thread that comes late cannot take a piece of another call's.
  struct alignas(64) Part {
    std::atomic<uint64_t> next = 0;
  };

  void runErased(Body body, const void* context);
  void runTogether(Body body, const void* context);
  void standBy(size_t thread, uint32_t seen);
  void finish();
  /// Returns how many pieces it did.
  uint32_t work(size_t thread, uint32_t epoch);
  void nextEpoch(uint32_t epoch);
  uint32_t awaitEpochAfter(uint32_t seen);
  void awaitDone(uint32_t count);

  size_t threads_ = 1;
  pthreadpool_t pool_ = nullptr;
  std::unique_ptr<Part[]> parts_;
  Pace pace_;
  // A core fetches what another one wrote by whole cache lines, and each takes it hundreds of
  // cycles: what the threads learn of a call lies in one, what they report in another.
  /// Counts calls of `share` and ends of runs.
  alignas(64) std::atomic<uint32_t> epoch_ = 0;
  std::atomic<bool> isOver_ = true;
  // What is being shared. Threads that are late may read it while it changes; they then find their
  // part closed.
  std::atomic<uint32_t> count_ = 0;
  std::atomic<Piece> piece_ = nullptr;
  std::atomic<const void*> context_ = nullptr;
  std::atomic<uint32_t> sleepers_ = 0;
  /// Pieces done by others than the caller.
  alignas(64) std::atomic<uint32_t> done_ = 0;
  std::atomic<bool> callerSleeps_ = false;
};

}  // namespace filigree
