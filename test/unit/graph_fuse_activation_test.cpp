// An activation becomes the epilogue of the node that makes its input.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

class FuseActivation : public ::testing::Test {
 protected:
  GraphBuilder builder;
  const ValueId map = builder.input({1, 5, 6, 4});
};

TEST_F(FuseActivation, everyKindGoesIntoAConvolution) {
  for (const Activation kind : {Activation::Relu, Activation::ReluN1To1, Activation::Relu6,
                                Activation::Tanh, Activation::HardSwish, Activation::Logistic}) {
    GraphBuilder one;
    const ValueId result = one.activation(one.convolution(one.input({1, 5, 6, 4}), 3), kind);
    one.outputs({result});
    EXPECT_EQ(fuseActivation(one.graph), 1);
    ASSERT_EQ(one.graph.nodes.size(), 1u);
    EXPECT_EQ(one.graph.nodes[0].epilogue.activation, kind);
    EXPECT_EQ(one.graph.nodes[0].output(), result);
  }
}

TEST_F(FuseActivation, comesAfterTheResidual) {
  const ValueId sum = builder.add(builder.convolution(map, 4), map);
  const ValueId result = builder.prelu(sum, {1, 1, 4});
  builder.outputs({result});
  EXPECT_EQ(fuseResidual(builder.graph), 1);
  EXPECT_EQ(fuseActivation(builder.graph), 1);
  ASSERT_EQ(builder.graph.nodes.size(), 1u);
  const Epilogue& epilogue = builder.graph.nodes[0].epilogue;
  EXPECT_EQ(epilogue.residual, map);
  EXPECT_EQ(epilogue.activation, Activation::Prelu);
  EXPECT_NE(builder.graph.constant(epilogue.slopes), nullptr);
}

TEST_F(FuseActivation, preluNeedsOneSlopeOrOnePerChannel) {
  const auto fused = [](const Shape& slopes) {
    GraphBuilder one;
    one.outputs({one.prelu(one.convolution(one.input({1, 5, 6, 4}), 4), slopes)});
    return fuseActivation(one.graph);
  };
  EXPECT_EQ(fused({1}), 1);
  EXPECT_EQ(fused({4}), 1);
  EXPECT_EQ(fused({1, 1, 4}), 1);
  EXPECT_EQ(fused({1, 1, 1, 1}), 1);
  EXPECT_EQ(fused({1, 6, 4}), 0);
  EXPECT_EQ(fused({6, 1}), 0);
  EXPECT_EQ(fused({5, 6, 4}), 0);
}

TEST_F(FuseActivation, goesIntoResizes) {
  const ValueId first = builder.prelu(builder.resize(map, 9, 9), {4});
  builder.outputs({builder.activation(builder.resize(first, 3, 3), Activation::Relu6)});
  EXPECT_EQ(fuseActivation(builder.graph), 2);
  ASSERT_EQ(typesOf(builder.graph), (std::vector{OperatorType::Resize, OperatorType::Resize}));
  EXPECT_EQ(builder.graph.nodes[0].epilogue.activation, Activation::Prelu);
  EXPECT_NE(builder.graph.constant(builder.graph.nodes[0].epilogue.slopes), nullptr);
  EXPECT_EQ(builder.graph.nodes[1].epilogue.activation, Activation::Relu6);
}

TEST_F(FuseActivation, preluDoesNotGoIntoBinaries) {
  builder.outputs({builder.prelu(builder.add(map, map), {4})});
  EXPECT_EQ(fuseActivation(builder.graph), 0);
}

TEST_F(FuseActivation, anActivationTakesNoSecondOne) {
  const ValueId once = builder.activation(builder.convolution(map, 4), Activation::Relu);
  const ValueId twice = builder.activation(once, Activation::Tanh);
  builder.outputs({twice});
  EXPECT_EQ(fuseActivation(builder.graph), 1);
  EXPECT_EQ(typesOf(builder.graph), (std::vector{OperatorType::Convolution, OperatorType::Unary}));
  expectOrdered(builder.graph);
}

TEST_F(FuseActivation, aMapWithAnotherReaderOrAsOutputStays) {
  const ValueId branch = builder.convolution(map, 4);
  const ValueId activated = builder.activation(branch, Activation::Relu);
  builder.outputs({activated, branch});
  EXPECT_EQ(fuseActivation(builder.graph), 0);
  const ValueId sum = builder.add(branch, activated);
  builder.outputs({sum});
  EXPECT_EQ(fuseActivation(builder.graph), 0);
}

TEST_F(FuseActivation, goesIntoPoolsAndBinaries) {
  const ValueId pooled = builder.node(OperatorType::Pool, {map}, PoolParams{});
  const ValueId both = builder.add(builder.activation(pooled, Activation::HardSwish), map);
  builder.outputs({builder.activation(both, Activation::Relu6)});
  EXPECT_EQ(fuseActivation(builder.graph), 2);
  EXPECT_EQ(typesOf(builder.graph), (std::vector{OperatorType::Pool, OperatorType::Binary}));
}

TEST_F(FuseActivation, anActivationOfAnInputStays) {
  builder.outputs({builder.activation(map, Activation::Relu)});
  EXPECT_EQ(fuseActivation(builder.graph), 0);
}

TEST_F(FuseActivation, operatorsThatOnlyMoveElementsTakeNone) {
  builder.outputs({builder.activation(builder.reshape(map, {1, -1}), Activation::Relu)});
  EXPECT_EQ(fuseActivation(builder.graph), 0);
}

}  // namespace
}  // namespace filigree::test
