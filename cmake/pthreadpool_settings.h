// Put in front of every file of pthreadpool by the compiler's -include.
//
// pthreadpool's threads look a million times for work before they sleep. That is fine with a core
// for each thread; in a browser, whose main thread, compositor and garbage collector want the same
// cores, a spinning worker holds up the very thread it waits for. Time of one parallelize_1d of 64
// empty items (Node 20, 2 cores, µs):
//
//   looks       1 thread   2 threads   3 threads   4 threads
//   1,000,000        0.2         1.3         429         545
//     100,000        0.2         1.4          40         114
//      20,000        0.2         1.4          36          66
//       2,000        0.2          67          71          73   sleeps between two layers: too short

#include "threadpool-common.h"

#ifndef PTHREADPOOL_SPIN_WAIT_ITERATIONS
#error "pthreadpool no longer takes its spin count from this macro"
#endif
#undef PTHREADPOOL_SPIN_WAIT_ITERATIONS
#define PTHREADPOOL_SPIN_WAIT_ITERATIONS FILIGREE_SPIN_ITERATIONS

// pthreadpool's threads wait without end. Should a thread of the pool trap while the calling thread
// already waits for it, nobody would ever wake the caller; Emscripten notices the dead thread only
// when a wait begins. So the caller's waits end every now and then, and begin again: pthreadpool
// waits in loops.
#ifdef __EMSCRIPTEN__
#include <emscripten/threading.h>
#include <math.h>

static inline int filigree_futex_wait(volatile void* address, uint32_t value, double milliseconds) {
  const double kLongestWaitOfCaller = 100;
  return emscripten_futex_wait(
      address, value, emscripten_is_main_runtime_thread() ? kLongestWaitOfCaller : milliseconds);
}
#define emscripten_futex_wait filigree_futex_wait
#endif
