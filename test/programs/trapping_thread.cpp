// A thread of the team traps while the calling thread already waits for it. The program shall end
// with the trap's error; without the time limits of the caller's waits (team.cpp and
// cmake/pthreadpool_settings.h) it waits for ever.
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "parallel.h"

int main() {
  filigree::Team team;
  if (!team.start(2)) return 1;
  std::atomic<bool> begun = false;
  team.run([&] {
    // The first piece is the calling thread's; it ends when the other one has the second.
    filigree::parallelFor(team, 2, [&begun](size_t, size_t index) {
      if (index == 0) {
        while (!begun) usleep(1000);
      } else {
        begun = true;
        usleep(300'000);
        __builtin_trap();
      }
    });
  });
  std::puts("survived");
}
