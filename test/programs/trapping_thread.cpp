// A thread of the pool traps while the calling thread already waits for it. The program shall end
// with the trap's error; without cmake/pthreadpool_settings.h it waits for ever.
#include <pthreadpool.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "parallel.h"

int main() {
  const pthreadpool_t pool = pthreadpool_create(2);
  std::atomic<bool> begun = false;
  // The first item is the calling thread's; it ends when a thread of the pool has the second.
  filigree::parallelFor(pool, 2, [&begun](size_t, size_t index) {
    if (index == 0) {
      while (!begun) usleep(1000);
    } else {
      begun = true;
      usleep(300'000);
      __builtin_trap();
    }
  });
  std::puts("survived");
}
