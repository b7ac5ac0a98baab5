// Nodes that lead to no output go.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

TEST(RemoveDead, aWholeBranchGoesAndTheRestStaysInOrder) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 2});
  const ValueId kept = builder.convolution(map, 3);
  const ValueId dead = builder.convolution(kept, 4);
  builder.activation(dead, Activation::Relu);
  const ValueId result = builder.activation(kept, Activation::Tanh);
  builder.outputs({result});

  EXPECT_EQ(removeDead(builder.graph), 2);
  EXPECT_EQ(typesOf(builder.graph), (std::vector{OperatorType::Convolution, OperatorType::Unary}));
  EXPECT_EQ(builder.graph.nodes.back().output(), result);
  expectOrdered(builder.graph);
}

TEST(RemoveDead, allPathsToAnyOutputStay) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 2});
  const ValueId left = builder.convolution(map, 2);
  const ValueId right = builder.convolution(map, 2);
  const ValueId sum = builder.add(left, right);
  builder.outputs({sum, left, sum});
  EXPECT_EQ(removeDead(builder.graph), 0);
  EXPECT_EQ(builder.graph.nodes.size(), 3u);
}

TEST(RemoveDead, whatOnlyAnEpilogueReadsStays) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 2});
  const ValueId residual = builder.activation(map, Activation::Tanh);
  const ValueId result = builder.convolution(map, 2);
  builder.graph.nodes.back().epilogue.residual = residual;
  builder.outputs({result});
  EXPECT_EQ(removeDead(builder.graph), 0);
  EXPECT_EQ(builder.graph.nodes.size(), 2u);
}

TEST(RemoveDead, anInputAsOnlyOutputNeedsNoNodes) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 2});
  builder.convolution(map, 2);
  builder.outputs({map});
  EXPECT_EQ(removeDead(builder.graph), 1);
  EXPECT_TRUE(builder.graph.nodes.empty());
}

}  // namespace
}  // namespace filigree::test
