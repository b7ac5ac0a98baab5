// A PAD of zeros around the pixels becomes the padding of the convolutions that read it.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

const Border& foldedBorder(const GraphBuilder& builder, ValueId result) {
  const Node& node = *builder.producer(result);
  return node.type == OperatorType::Convolution ? node.as<ConvolutionParams>().window.folded
                                                : node.as<DepthwiseParams>().window.folded;
}

class FoldPad : public ::testing::Test {
 protected:
  GraphBuilder builder;
  const ValueId map = builder.input({1, 6, 7, 2});
  const Border border = {1, 2, 3, 4};
};

TEST_F(FoldPad, goesIntoAConvolutionWhoseShapeStays) {
  const ValueId result = builder.convolution(builder.pad(map, border), 3, 3, 2);
  builder.outputs({result});
  const Shape before = builder.graph.value(result).shape;

  EXPECT_EQ(foldPad(builder.graph), 1);
  EXPECT_EQ(typesOf(builder.graph), std::vector{OperatorType::Convolution});
  EXPECT_EQ(builder.producer(result)->input(0), map);
  EXPECT_EQ(foldedBorder(builder, result), border);
  const Node& node = *builder.producer(result);
  ASSERT_TRUE(findOperator(node.type).inferShapes(builder.graph, node).ok());
  EXPECT_TRUE(builder.graph.value(result).shape == before);
}

TEST_F(FoldPad, goesIntoEachOfSeveralReaders) {
  const ValueId padded = builder.pad(map, border);
  const ValueId first = builder.convolution(padded, 3, 3);
  const ValueId second = builder.depthwise(padded);
  builder.outputs({first, second});
  EXPECT_EQ(foldPad(builder.graph), 2);
  EXPECT_EQ(builder.graph.nodes.size(), 2u);
  EXPECT_EQ(foldedBorder(builder, first), border);
  EXPECT_EQ(foldedBorder(builder, second), border);
}

TEST_F(FoldPad, twoInARowAddUp) {
  const ValueId padded = builder.pad(builder.pad(map, border), Border{10, 20, 30, 40});
  const ValueId result = builder.depthwise(padded);
  builder.outputs({result});
  EXPECT_EQ(foldPad(builder.graph), 2);
  EXPECT_EQ(builder.graph.nodes.size(), 1u);
  EXPECT_EQ(foldedBorder(builder, result), (Border{11, 22, 33, 44}));
}

TEST_F(FoldPad, staysForReadersThatCannotTakeIt) {
  const ValueId padded = builder.pad(map, border);
  const ValueId filtered = builder.convolution(padded, 2, 3);
  const ValueId other = builder.activation(padded, Activation::Tanh);
  builder.outputs({filtered, other});
  EXPECT_EQ(foldPad(builder.graph), 1);
  EXPECT_EQ(typesOf(builder.graph),
            (std::vector{OperatorType::Pad, OperatorType::Convolution, OperatorType::Unary}));
  EXPECT_EQ(builder.producer(filtered)->input(0), map);
  EXPECT_EQ(builder.producer(other)->input(0), padded);
}

TEST_F(FoldPad, staysWhereItIsAnOutput) {
  const ValueId padded = builder.pad(map, border);
  builder.outputs({builder.convolution(padded, 2, 3), padded});
  EXPECT_EQ(foldPad(builder.graph), 1);
  EXPECT_NE(builder.producer(padded), nullptr);
}

TEST_F(FoldPad, leavesOtherPaddingsAlone) {
  const ValueId ofBatch = builder.pad(map, {1, 0, 0, 0}, {0, 0, 0, 0});
  const ValueId ofChannels = builder.pad(map, {0, 1, 1, 0}, {0, 0, 0, 1});
  const ValueId ofOnes = builder.pad(map, {0, 1, 1, 0}, {0, 1, 1, 0}, 1.0f);
  builder.outputs({builder.convolution(ofBatch, 2, 3), builder.convolution(ofChannels, 2, 3),
                   builder.convolution(ofOnes, 2, 3)});
  EXPECT_EQ(foldPad(builder.graph), 0);
  EXPECT_EQ(builder.graph.nodes.size(), 6u);
}

TEST_F(FoldPad, doesNotGoIntoPools) {
  PoolParams pool;
  pool.kernelHeight = pool.kernelWidth = 2;
  const ValueId result = builder.node(OperatorType::Pool, {builder.pad(map, border)}, pool);
  builder.outputs({result});
  EXPECT_EQ(foldPad(builder.graph), 0);
}

}  // namespace
}  // namespace filigree::test
