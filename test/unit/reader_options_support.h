// A model of one operator, to see how its parameters are read.
#pragma once

#include <string>
#include <vector>

#include "unit/model_support.h"

namespace filigree::test {

inline constexpr tflite::ActivationFunctionType kBadActivation =
    static_cast<tflite::ActivationFunctionType>(6);
inline constexpr int32_t kTooLarge = (1 << 20) + 1;

/// A model of one operator: input "x" is tensor 0, output "y" tensor 1, the rest follow.
struct OneOperator {
  explicit OneOperator(const std::vector<int32_t>& inputShape = {1, 8, 8, 4}) {
    x = builder.tensor("x", inputShape);
    y = builder.tensor("y", {1});
    builder.inputs({x});
    builder.outputs({y});
  }

  ReadResult readIt() const { return read(builder.pack()); }

  ModelBuilder builder;
  int32_t x;
  int32_t y;
};

/// Reads a model that has to be fine, and hands out its only node.
inline Node nodeOf(const OneOperator& model) {
  const ReadResult result = model.readIt();
  EXPECT_TRUE(result.status.ok()) << result.status.message();
  if (!result.status.ok()) return {};
  return result.graph.nodes.back();
}

inline void expectInvalid(const OneOperator& model, const std::string& part) {
  expectFailure(model.readIt(), StatusCode::InvalidModel, part);
}

inline void expectUnsupported(const OneOperator& model, const std::string& part) {
  expectFailure(model.readIt(), StatusCode::UnsupportedOp, part);
}

}  // namespace filigree::test
