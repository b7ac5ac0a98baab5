// The clock that waits and layers are timed by.
#pragma once

#include <chrono>

namespace filigree {

/// Milliseconds since some moment; never goes back.
inline double nowMs() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(Clock::now().time_since_epoch()).count();
}

}  // namespace filigree
