// Session: one model, its plan and its threads. What the C interface wraps.
#pragma once

#include <memory>
#include <string>

#include "kernels.h"
#include "memory.h"
#include "plan/plan.h"
#include "plan/planner.h"
#include "status.h"
#include "team.h"
#include "tflite/reader.h"

namespace filigree {

struct SessionOptions {
  size_t threads = 1;
  SparseMode sparse = SparseMode::Auto;
  size_t limitBytes = SIZE_MAX;
  ReaderLimits reader;
};

/// "simd", "simd-threads", "relaxed" or "relaxed-threads"; "native" outside of wasm.
const char* buildName();

class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Room for the file; null when out of memory.
  uint8_t* allocateFile(size_t bytes);

  /// Reads and plans the file and gives its memory back, also when that fails.
  Status load(const SessionOptions& options, const KernelTable& kernels);

  /// Makes the threads that the model was loaded for. Once, between runs; until then the calling
  /// thread runs it alone, with the same results.
  Status startThreads();

  /// What load wanted in all; 0 when it failed before it knew.
  uint64_t wantedBytes() const { return wantedBytes_; }

  /// Null before a successful load.
  const Plan* plan() const { return plan_.get(); }

  /// Fills an input of three channels from the bytes at the end of its own memory: sets pixels,
  /// bytes and output of the arguments. Bad input where there is no such input.
  Status normalizeInput(size_t index, NormalizeArgs args);

  void run();

  /// Runs `runs` times and times each layer. Format: js/bindings/filigree.h.
  std::string profile(int runs);

  /// Multiply-adds per second of the register-only loop on all threads, in 10⁹/s. Tries the numbers
  /// of accumulators in turn for about `seconds` and returns the best.
  double measurePeak(double seconds);

 private:
  RunContext context();

  Block file_;
  uint64_t wantedBytes_ = 0;
  std::unique_ptr<Plan> plan_;
  const KernelTable* kernels_ = nullptr;
  Team team_;
  Block roomForThreads_;  // kept until they start
};

}  // namespace filigree
