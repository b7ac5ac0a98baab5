// An ADD of two equal shapes becomes the residual of the convolution or RESIZE that makes the later
// operand.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

class FuseResidual : public ::testing::Test {
 protected:
  GraphBuilder builder;
  const ValueId map = builder.input({1, 5, 5, 4});
};

TEST_F(FuseResidual, theConvolutionAddsAndTakesOverOutputAndActivation) {
  const ValueId branch = builder.convolution(map, 4);
  const ValueId sum = builder.add(map, branch);
  builder.graph.nodes.back().epilogue.activation = Activation::Relu6;
  builder.outputs({sum});

  EXPECT_EQ(fuseResidual(builder.graph), 1);
  EXPECT_EQ(typesOf(builder.graph), std::vector{OperatorType::Convolution});
  const Node& node = builder.graph.nodes[0];
  EXPECT_EQ(node.output(), sum);
  EXPECT_EQ(node.epilogue.residual, map);
  EXPECT_EQ(node.epilogue.activation, Activation::Relu6);
  expectOrdered(builder.graph);
}

TEST_F(FuseResidual, ofTwoConvolutionsTheLaterOneAdds) {
  for (const bool swapped : {false, true}) {
    GraphBuilder two;
    const ValueId x = two.input({1, 5, 5, 4});
    const ValueId first = two.convolution(x, 4);
    const ValueId second = two.convolution(x, 4);
    const ValueId sum = swapped ? two.add(second, first) : two.add(first, second);
    two.outputs({sum});
    EXPECT_EQ(fuseResidual(two.graph), 1);
    ASSERT_EQ(two.graph.nodes.size(), 2u);
    EXPECT_EQ(two.graph.nodes[1].output(), sum);
    EXPECT_EQ(two.graph.nodes[1].epilogue.residual, first);
    expectOrdered(two.graph);
  }
}

TEST_F(FuseResidual, aResizeAddsToo) {
  const ValueId sum = builder.add(builder.resize(builder.input({1, 3, 2, 4}), 5, 5), map);
  builder.graph.nodes.back().epilogue.activation = Activation::Relu;
  builder.outputs({sum});
  EXPECT_EQ(fuseResidual(builder.graph), 1);
  ASSERT_EQ(typesOf(builder.graph), std::vector{OperatorType::Resize});
  EXPECT_EQ(builder.graph.nodes[0].output(), sum);
  EXPECT_EQ(builder.graph.nodes[0].epilogue.residual, map);
  EXPECT_EQ(builder.graph.nodes[0].epilogue.activation, Activation::Relu);
}

TEST_F(FuseResidual, aChainOfBlocksIsFusedWhole) {
  const ValueId one = builder.add(builder.convolution(map, 4), map);
  const ValueId two = builder.add(builder.convolution(one, 4), one);
  builder.outputs({two});
  EXPECT_EQ(fuseResidual(builder.graph), 2);
  ASSERT_EQ(builder.graph.nodes.size(), 2u);
  EXPECT_EQ(builder.graph.nodes[0].output(), one);
  EXPECT_EQ(builder.graph.nodes[1].epilogue.residual, one);
  expectOrdered(builder.graph);
}

TEST_F(FuseResidual, aMapWithAnotherReaderStays) {
  const ValueId branch = builder.convolution(map, 4);
  const ValueId sum = builder.add(map, branch);
  builder.outputs({sum, builder.activation(branch, Activation::Tanh)});
  EXPECT_EQ(fuseResidual(builder.graph), 0);
}

TEST_F(FuseResidual, aMapThatIsAnOutputStays) {
  const ValueId branch = builder.convolution(map, 4);
  builder.outputs({builder.add(map, branch), branch});
  EXPECT_EQ(fuseResidual(builder.graph), 0);
}

TEST_F(FuseResidual, aMapAddedToItselfStays) {
  const ValueId branch = builder.convolution(map, 4);
  builder.outputs({builder.add(branch, branch)});
  EXPECT_EQ(fuseResidual(builder.graph), 0);
}

TEST_F(FuseResidual, aConvolutionWithAnActivationOfItsOwnStays) {
  const ValueId branch = builder.convolution(map, 4);
  builder.graph.nodes.back().epilogue.activation = Activation::Relu;
  builder.outputs({builder.add(map, branch)});
  EXPECT_EQ(fuseResidual(builder.graph), 0);
}

TEST_F(FuseResidual, aConvolutionAddsOnlyOnce) {
  const ValueId branch = builder.convolution(map, 4);
  const ValueId other = builder.input({1, 5, 5, 4});
  builder.outputs({builder.add(builder.add(branch, map), other)});
  EXPECT_EQ(fuseResidual(builder.graph), 1);
  EXPECT_EQ(builder.graph.nodes.size(), 2u);
}

TEST_F(FuseResidual, otherShapesOperatorsAndConstantsStay) {
  const ValueId branch = builder.convolution(map, 4);
  const ValueId broadcast = builder.add(branch, builder.input({1, 1, 1, 4}));
  const ValueId constant = builder.add(builder.convolution(map, 4), builder.constant({1, 5, 5, 4}));
  const ValueId product = builder.multiply(builder.convolution(map, 4), map);
  const ValueId filtered = builder.add(builder.depthwise(map), map);
  builder.outputs({broadcast, constant, product, filtered});
  EXPECT_EQ(fuseResidual(builder.graph), 0);
}

/// The later operand is no convolution, and the earlier one cannot wait for it.
TEST_F(FuseResidual, anEarlierConvolutionCannotAddALaterMap) {
  const ValueId branch = builder.convolution(map, 4);
  const ValueId later = builder.activation(map, Activation::Tanh);
  builder.outputs({builder.add(branch, later)});
  EXPECT_EQ(fuseResidual(builder.graph), 0);
}

}  // namespace
}  // namespace filigree::test
