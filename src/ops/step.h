// Step: one node made ready to run. Plan = a list of steps.
//
// Life cycle: an operator's plan function makes the Step (kernel chosen, sizes known) → `pack`
// writes its weights → `bind` tells where its values lie → `run`, as often as one likes, on any
// number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "kernels.h"
#include "memory.h"
#include "status.h"
#include "team.h"

namespace filigree {

/// Multiply-adds of one run of a node as the file has it. Taps on padding are not counted.
struct Macs {
  uint64_t dense = 0;    // as if no weight were zero
  uint64_t nonzero = 0;  // of the weights that are not zero
};

/// What explain() says about a step.
struct StepReport {
  std::string kernel;  // name in the kernel table, or what is done instead
  std::string reason;  // why this kernel; may be empty
  double density = 1;  // share of nonzero weights; 1 where there are none
  Macs macs;
  uint64_t executedMacs = 0;  // what the kernel really does, zeros and padding taps included
};

struct RunContext {
  const KernelTable& kernels;
  Team& team;
  uint8_t* scratch;
  size_t scratchStride;  // bytes between the scratch of two threads

  float* scratchOf(size_t thread) const {
    return reinterpret_cast<float*>(scratch + thread * scratchStride);
  }
};

/// Where each value of the graph lies: by ValueId; null for constants and dead values.
using Addresses = std::vector<float*>;

/// An input that the output has as it is, in one run of memory.
struct InputRun {
  ValueId input;
  size_t offset;  // floats from the start of the output
};

class RowStep;

class Step {
 public:
  Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  virtual ~Step() = default;

  /// Bytes that `pack` writes; a multiple of kAlignmentBytes is not required.
  virtual size_t packedBytes() const { return 0; }
  /// Writes weights, tables and constants to `packed`, which is aligned and has room for
  /// packedBytes(). Fails only with OutOfMemory (temporary copies).
  virtual Status pack(const Graph& graph, uint8_t* packed) {
    (void)graph, (void)packed;
    return {};
  }

  /// Inputs that may as well be made within the output: for one that lies in its run when `bind`
  /// tells so, the step does nothing, and leaves it as it is.
  virtual std::vector<InputRun> inputRuns() const { return {}; }

  virtual size_t scratchBytesPerThread() const { return 0; }
  virtual void bind(const Addresses& addresses) = 0;
  virtual void run(const RunContext& context) const = 0;

  const StepReport& report() const { return report_; }
  /// Adds to what explain() says of the step.
  void addReason(std::string_view reason) {
    if (!report_.reason.empty()) report_.reason += "; ";
    report_.reason += reason;
  }

  /// Null when its rows cannot be made one at a time.
  virtual RowStep* asRowStep() { return nullptr; }

 protected:
  StepReport report_;
};

}  // namespace filigree
