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
};

class CopyStep final : public Step {
 public:
  CopyStep(const PlanContext& context, const Node& node, std::vector<CopyPart> parts,
           const char* kernelName);

  /// The whole output is set to `value` before the parts are copied.
  void fillWith(float value) {
    fills_ = true;
    fillValue_ = value;
  }

  /// Constant inputs are packed row-major.
  size_t packedBytes() const override;
  Status pack(const Graph& graph, uint8_t* packed) override;
  void bind(const Addresses& addresses) override;
  void run(const RunContext& context) const override;

 private:
  std::vector<CopyPart> parts_;
  std::vector<const float*> inputData_;  // by part
  std::vector<size_t> packedBytes_;      // by part; 0: not a constant
  ValueId output_;
  float* outputData_ = nullptr;
  size_t outputFloats_ = 0;
  bool fills_ = false;
  float fillValue_ = 0;
  UnaryFunction activation_ = nullptr;
  Clamp clamp_;
};

}  // namespace filigree
