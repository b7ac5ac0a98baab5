#include "team.h"

#include <algorithm>

#if defined(__EMSCRIPTEN_PTHREADS__)
#include <emscripten/threading.h>

#include <cmath>
#endif

#include "clock.h"

namespace filigree {

namespace {

/// How often a thread looks again before it sleeps: about 50 µs. Waking up takes as long, but who
/// has nothing to do for longer shall leave the core to those who have.
constexpr int kLooks = 40'000;

#if defined(__EMSCRIPTEN_PTHREADS__)
/// The caller's waits end every now and then: Emscripten notices that a thread has trapped only
/// when a wait begins, and otherwise nobody would ever wake the caller.
constexpr double kLongestWaitOfCallerMs = 100;

void sleepWhile(std::atomic<uint32_t>& word, uint32_t value, bool isCaller) {
  emscripten_futex_wait(&word, value, isCaller ? kLongestWaitOfCallerMs : INFINITY);
}
void wake(std::atomic<uint32_t>& word) {
  emscripten_futex_wake(&word, INT32_MAX);
}
#elif defined(__EMSCRIPTEN__)
// One thread: nobody sleeps.
void sleepWhile(std::atomic<uint32_t>&, uint32_t, bool) {}
void wake(std::atomic<uint32_t>&) {}
#else
void sleepWhile(std::atomic<uint32_t>& word, uint32_t value, bool) {
  word.wait(value);
}
void wake(std::atomic<uint32_t>& word) {
  word.notify_all();
}
#endif

constexpr uint64_t packed(uint32_t epoch, size_t index) {
  return uint64_t{epoch} << 32 | index;
}

constexpr size_t partBegin(size_t part, size_t count, size_t parts) {
  return part * count / parts;
}

}  // namespace

Team::~Team() {
  if (pool_ != nullptr) pthreadpool_destroy(pool_);
}

bool Team::start(size_t threads) {
  if (threads <= 1) return true;
  pool_ = pthreadpool_create(threads);
  if (pool_ == nullptr) return false;
  parts_ = std::make_unique<Part[]>(threads);
  threads_ = threads;
  return true;
}

void Team::runErased(Body body, const void* context) {
  if (pool_ == nullptr) {
    body(context);
    return;
  }
  const Pace::Way way = pace_.next();
  const double begun = nowMs();
  if (way == Pace::Way::Together) {
    runTogether(body, context);
  } else {
    body(context);
  }
  pace_.took(way, nowMs() - begun);
}

void Team::runTogether(Body body, const void* context) {
  if (pool_ == nullptr) {
    body(context);
    return;
  }
  struct Run {
    Team* team;
    Body body;
    const void* context;
    uint32_t epoch;
  } run{this, body, context, epoch_.load(std::memory_order_relaxed)};
  isOver_.store(false, std::memory_order_relaxed);
  // Item 0 is always the calling thread's. Items that it takes over from threads which have not
  // woken up by then are left with nothing to do.
  const auto item = [](void* argument, size_t thread, size_t index) {
    const Run& whole = *static_cast<const Run*>(argument);
    if (index == 0) {
      whole.body(whole.context);
      whole.team->finish();
    } else if (thread != 0) {
      whole.team->standBy(thread, whole.epoch);
    }
  };
  pthreadpool_parallelize_1d_with_thread(pool_, item, &run, threads_, 0);
}

void Team::standBy(size_t thread, uint32_t seen) {
  for (;;) {
    seen = awaitEpochAfter(seen);
    if (isOver_.load(std::memory_order_acquire)) return;
    const uint32_t done = work(thread, seen);
    if (done == 0) continue;
    done_.fetch_add(done);
    if (callerSleeps_.load()) wake(done_);
  }
}

void Team::finish() {
  isOver_.store(true, std::memory_order_release);
  nextEpoch(epoch_.load(std::memory_order_relaxed) + 1);
}

void Team::share(size_t count, Piece piece, const void* context) {
  if (isOver_.load(std::memory_order_relaxed) || count <= 1) {
    for (size_t index = 0; index < count; ++index) piece(context, 0, index);
    return;
  }
  const uint32_t epoch = epoch_.load(std::memory_order_relaxed) + 1;
  // Closed first: who is late and sees the new count with an old part shall take nothing of it.
  for (size_t part = 0; part < threads_; ++part) {
    parts_[part].next.store(packed(epoch, UINT32_MAX), std::memory_order_relaxed);
  }
  piece_.store(piece, std::memory_order_release);
  context_.store(context, std::memory_order_release);
  count_.store(static_cast<uint32_t>(count), std::memory_order_release);
  done_.store(0, std::memory_order_relaxed);
  for (size_t part = 0; part < threads_; ++part) {
    const size_t begin = partBegin(part, count, threads_);
    parts_[part].next.store(packed(epoch, begin), std::memory_order_release);
  }
  nextEpoch(epoch);
  const uint32_t own = work(0, epoch);
  awaitDone(static_cast<uint32_t>(count) - own);
}

uint32_t Team::work(size_t thread, uint32_t epoch) {
  uint32_t done = 0;
  for (size_t i = 0; i < threads_; ++i) {
    const size_t part = (thread + i) % threads_;
    std::atomic<uint64_t>& next = parts_[part].next;
    uint64_t seen = next.load(std::memory_order_acquire);
    for (;;) {
      if (seen >> 32 != epoch) return done;
      const Piece piece = piece_.load(std::memory_order_acquire);
      const void* context = context_.load(std::memory_order_acquire);
      const size_t count = count_.load(std::memory_order_acquire);
      const auto index = static_cast<uint32_t>(seen);
      if (index >= partBegin(part + 1, count, threads_)) break;
      // Where this succeeds, nobody has closed the part since, and what was read above is of the
      // same call of `share`, which waits for this piece.
      if (!next.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
        continue;
      }
      piece(context, thread, index);
      ++done;
      ++seen;
    }
  }
  return done;
}

void Team::nextEpoch(uint32_t epoch) {
  epoch_.store(epoch);
  if (sleepers_.load() != 0) wake(epoch_);
}

uint32_t Team::awaitEpochAfter(uint32_t seen) {
  for (int look = 0; look < kLooks; ++look) {
    const uint32_t epoch = epoch_.load(std::memory_order_acquire);
    if (epoch != seen) return epoch;
  }
  sleepers_.fetch_add(1);
  uint32_t epoch = epoch_.load();
  for (; epoch == seen; epoch = epoch_.load()) sleepWhile(epoch_, seen, false);
  sleepers_.fetch_sub(1);
  return epoch;
}

void Team::awaitDone(uint32_t count) {
  for (int look = 0; look < kLooks; ++look) {
    if (done_.load(std::memory_order_acquire) == count) return;
  }
  callerSleeps_.store(true);
  for (uint32_t done = done_.load(); done != count; done = done_.load()) {
    sleepWhile(done_, done, true);
  }
  callerSleeps_.store(false);
}

}  // namespace filigree
