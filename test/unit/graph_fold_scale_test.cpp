// A factor and a summand per channel become part of the convolution behind them.
#include <vector>

#include "graph/constant.h"
#include "graph/passes.h"
#include "unit/graph_support.h"
#include "unit/plan_support.h"

namespace filigree::test {
namespace {

class FoldScale : public ::testing::Test {
 protected:
  ValueId scale(ValueId from) { return builder.depthwise(from, 1); }
  void expectKept() {
    const std::vector<OperatorType> before = typesOf(builder.graph);
    EXPECT_EQ(foldScale(builder.graph), 0);
    EXPECT_EQ(typesOf(builder.graph), before);
  }
  std::vector<float> floats(ValueId id) {
    const Value& value = builder.graph.value(id);
    std::vector<float> out(value.shape.elements());
    readFloats(value, out.data());
    return out;
  }

  GraphBuilder builder;
  const ValueId map = builder.input({1, 6, 8, 3});
};

TEST_F(FoldScale, weightsAndBiasDoItsWork) {
  const ValueId scaled = builder.node(
      OperatorType::DepthwiseConvolution,
      {map, builder.constant({1, 1, 1, 3}, {2, 0, -1}), builder.constant({3}, {10, 20, 30})},
      DepthwiseParams{});
  const ValueId weights = builder.constant({2, 1, 1, 3}, {1, 2, 3, 4, 5, 6});
  const ValueId result =
      builder.node(OperatorType::Convolution, {scaled, weights}, ConvolutionParams{});
  builder.outputs({result});
  EXPECT_EQ(foldScale(builder.graph), 1);
  ASSERT_EQ(typesOf(builder.graph), std::vector{OperatorType::Convolution});
  const Node& convolution = builder.graph.nodes[0];
  EXPECT_EQ(convolution.input(0), map);
  EXPECT_EQ(floats(convolution.input(1)), (std::vector<float>{2, 0, -3, 8, 0, -6}));
  EXPECT_EQ(floats(convolution.input(2)), (std::vector<float>{140, 320}));
  EXPECT_EQ(convolution.as<ConvolutionParams>().foldedMacs, 6u * 8 * 3);
  EXPECT_EQ(convolution.as<ConvolutionParams>().foldedNonzeroMacs, 6u * 8 * 2);
  EXPECT_EQ(floats(weights), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST_F(FoldScale, severalInARow) {
  builder.outputs({builder.convolution(scale(scale(map)), 4)});
  EXPECT_EQ(foldScale(builder.graph), 2);
  EXPECT_EQ(typesOf(builder.graph), std::vector{OperatorType::Convolution});
}

TEST_F(FoldScale, notWhereWindowsReachZeros) {
  builder.outputs({builder.convolution(scale(map), 4, 3)});
  expectKept();
}

TEST_F(FoldScale, samePaddingThatPadsNothing) {
  builder.outputs({builder.convolution(scale(map), 4, 2, 2)});
  EXPECT_EQ(foldScale(builder.graph), 1);
}

TEST_F(FoldScale, notWhereAPadWasFolded) {
  const ValueId result = builder.convolution(scale(map), 4);
  builder.graph.nodes.back().as<ConvolutionParams>().window.folded.left = 1;
  builder.outputs({result});
  expectKept();
}

TEST_F(FoldScale, notWhatOthersReadToo) {
  const ValueId scaled = scale(map);
  builder.outputs({builder.convolution(scaled, 4), builder.activation(scaled, Activation::Relu)});
  expectKept();
}

TEST_F(FoldScale, notAnOutput) {
  const ValueId scaled = scale(map);
  builder.outputs({builder.convolution(scaled, 4), scaled});
  expectKept();
}

TEST_F(FoldScale, notBehindAnActivation) {
  const ValueId scaled = scale(map);
  builder.graph.nodes.back().epilogue.activation = Activation::Relu;
  builder.outputs({builder.convolution(scaled, 4)});
  expectKept();
}

TEST_F(FoldScale, notInGroups) {
  const ValueId wide = builder.input({1, 6, 8, 4});
  const ValueId scaled = scale(wide);
  builder.outputs({builder.node(OperatorType::Convolution, {scaled, builder.constant({4, 1, 1, 2})},
                                ConvolutionParams{})});
  expectKept();
}

TEST_F(FoldScale, notAWindow) {
  builder.outputs({builder.convolution(builder.depthwise(map, 3), 4)});
  expectKept();
}

/// The values are quarters, so that everything is exact.
TEST_F(FoldScale, resultsAreTheSame) {
  const ValueId scaled = scale(map);
  const ValueId result = builder.convolution(scaled, 5, 2, 2);
  // As an output it stays on its own.
  builder.outputs({result, scaled});
  const auto apart = makePlanOf(builder.graph);
  builder.outputs({result});
  const auto together = makePlanOf(builder.graph);
  ASSERT_TRUE(apart->status.ok() && together->status.ok());
  EXPECT_GT(apart->plan.layers.size(), together->plan.layers.size());
  for (Planned* planned : {apart.get(), together.get()}) {
    for (size_t i = 0; i < 6u * 8 * 3; ++i) {
      planned->plan.inputData[0][i] = static_cast<float>(i % 11) - 5.0f;
    }
    runPlan(planned->plan, simdKernels());
  }
  EXPECT_EQ(outputsOf(apart->plan)[0], outputsOf(together->plan)[0]);
}

}  // namespace
}  // namespace filigree::test
