// CopyStep: operators that only move elements (conversion, pad, slice, concatenation, depth to
// space).
#pragma once

#include <vector>

#include "ops/operator.h"
#include "ops/post_activation.h"
#include "strided.h"

namespace filigree {

/// One block of elements on its way from an input to the output.
struct CopyPart {
  ValueId input;
  ptrdiff_t inputOffset;  // floats
  ptrdiff_t outputOffset;
  StridedCopy copy;
  size_t runFloats = 0;  // as runFloats() says; of a run that lies there already nothing is copied
};

/// The floats that the input takes in the output if it lies there as it lies on its own, in one run
/// of memory; else 0.
size_t runFloats(const Value& input, const Value& output);

class CopyStep final : public Step {
 public:
  CopyStep(const PlanContext& context, const Node& node, std::vector<CopyPart> parts,
           const char* kernelName);

  /// The output is set to `value` where the only part does not go.
  void fillWith(float value) {
    fills_ = true;
    fillValue_ = value;
  }

  /// Constant inputs are packed row-major.
  size_t packedBytes() const override;
  Status pack(const Graph& graph, uint8_t* packed) override;
  std::vector<InputRun> inputRuns() const override;
  void bind(const Addresses& addresses) override;
  void run(const RunContext& context) const override;

 private:
  bool isInPlace(size_t part) const {
    return parts_[part].runFloats > 0 &&
           inputData_[part] == outputData_ + parts_[part].outputOffset;
  }
  void fill(const RunContext& context, size_t first, size_t last) const;
  void copy(const RunContext& context, size_t part) const;

  std::vector<CopyPart> parts_;
  std::vector<const float*> inputData_;  // by part
  std::vector<size_t> packedBytes_;      // by part; 0: not a constant
  ValueId output_;
  float* outputData_ = nullptr;
  size_t outputFloats_ = 0, outputPlane_ = 0;
  bool fills_ = false;
  float fillValue_ = 0;
  UnaryFunction activation_ = nullptr;
  Clamp clamp_;
};

}  // namespace filigree
