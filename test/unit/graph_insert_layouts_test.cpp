// Rank-4 maps become planes, everything else is row-major, and conversions stand where they must.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

/// What every operator expects of its operands, whatever the graph.
void expectLayoutsFit(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    const Value& output = graph.value(node.output());
    const std::string where = nodeText(graph, node);
    const bool isRowMajor =
        node.type == OperatorType::Reshape || node.type == OperatorType::FullyConnected;
    if (node.type != OperatorType::Convert) {
      const bool isPlanes = output.shape.rank() == 4 && !isRowMajor;
      EXPECT_EQ(output.layout, isPlanes ? Layout::Chw : Layout::RowMajor) << where;
    }
    for (const ValueId id : node.inputs) {
      if (id == kNone || graph.constant(id) != nullptr) continue;
      const Value& input = graph.value(id);
      if (node.type == OperatorType::Convert) {
        EXPECT_NE(input.layout, output.layout) << where;
      } else if (isRowMajor) {
        EXPECT_EQ(input.layout, Layout::RowMajor) << where;
      } else if (node.type == OperatorType::Binary) {
        EXPECT_EQ(input.layout, output.layout) << where;
      } else if (input.shape.rank() == 4 && node.type != OperatorType::Convolution) {
        EXPECT_EQ(input.layout, Layout::Chw) << where;
      }
    }
    if (node.epilogue.residual != kNone) {
      EXPECT_EQ(graph.value(node.epilogue.residual).layout, output.layout) << where;
    }
  }
  for (const ValueId id : graph.outputs) EXPECT_EQ(graph.value(id).layout, Layout::RowMajor);
  expectOrdered(graph);
}

TEST(InsertLayouts, theFirstConvolutionReadsFewChannelsAsTheyAre) {
  for (const int32_t channels : {1, 3, 4}) {
    GraphBuilder builder;
    const ValueId result = builder.convolution(builder.input({1, 8, 8, channels}), 8, 3, 2);
    builder.outputs({result});
    EXPECT_EQ(insertLayouts(builder.graph), 1) << channels;
    EXPECT_EQ(typesOf(builder.graph),
              (std::vector{OperatorType::Convolution, OperatorType::Convert}));
    expectLayoutsFit(builder.graph);
  }
}

TEST(InsertLayouts, manyChannelsAreConvertedBeforeIt) {
  GraphBuilder builder;
  builder.outputs({builder.convolution(builder.input({1, 8, 8, 5}), 8, 3, 2)});
  EXPECT_EQ(insertLayouts(builder.graph), 2);
  EXPECT_EQ(typesOf(builder.graph),
            (std::vector{OperatorType::Convert, OperatorType::Convolution, OperatorType::Convert}));
  expectLayoutsFit(builder.graph);
}

TEST(InsertLayouts, aValueIsConvertedOnceForAllItsReaders) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 8, 8, 8});
  const ValueId first = builder.depthwise(map);
  const ValueId second = builder.activation(map, Activation::Tanh);
  const ValueId sum = builder.add(builder.add(first, second), map);
  builder.outputs({sum, sum});
  EXPECT_EQ(insertLayouts(builder.graph), 2);
  EXPECT_EQ(builder.graph.outputs[0], builder.graph.outputs[1]);
  expectLayoutsFit(builder.graph);
}

TEST(InsertLayouts, aReshapeReadsAndWritesRowMajor) {
  GraphBuilder builder;
  const ValueId map = builder.convolution(builder.input({1, 4, 4, 3}), 6);
  const ValueId reshaped = builder.reshape(map, {1, 2, 8, 6});
  builder.outputs({builder.depthwise(reshaped), builder.reshape(map, {16, 6})});
  // Before the reshapes (once for both), after the first of them, and at the output.
  EXPECT_EQ(insertLayouts(builder.graph), 3);
  expectLayoutsFit(builder.graph);
}

TEST(InsertLayouts, anOperandOfLowerRankGetsLeadingAxes) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 6});
  const ValueId vector = builder.input({4, 6});
  const ValueId sum = builder.add(builder.depthwise(map), vector);
  builder.outputs({sum});
  insertLayouts(builder.graph);
  const Node& add = *builder.producer(sum);
  EXPECT_TRUE(builder.graph.value(add.input(1)).shape == (Shape{1, 1, 4, 6}));
  expectLayoutsFit(builder.graph);
}

TEST(InsertLayouts, aMapBesideAHigherRankIsReadRowMajor) {
  GraphBuilder builder;
  const ValueId map = builder.depthwise(builder.input({2, 4, 4, 6}));
  const ValueId sum = builder.add(map, builder.input({3, 1, 1, 1, 6}));
  builder.outputs({sum});
  insertLayouts(builder.graph);
  expectLayoutsFit(builder.graph);
}

TEST(InsertLayouts, residualsArePlanes) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 3});
  builder.outputs({builder.add(map, builder.convolution(map, 3))});
  EXPECT_EQ(fuseResidual(builder.graph), 1);
  EXPECT_EQ(insertLayouts(builder.graph), 2);
  expectLayoutsFit(builder.graph);
}

TEST(InsertLayouts, anInputThatIsAnOutputStaysAsItIs) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 3});
  builder.outputs({map, builder.activation(map, Activation::Relu)});
  EXPECT_EQ(insertLayouts(builder.graph), 2);
  EXPECT_EQ(builder.graph.outputs[0], map);
  expectLayoutsFit(builder.graph);
}

}  // namespace
}  // namespace filigree::test
