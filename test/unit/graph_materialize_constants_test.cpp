// Constants that operators read as data, and those that are outputs, are copied into values.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

TEST(MaterializeConstants, anOperatorThatReadsAMapGetsACopy) {
  GraphBuilder builder;
  const ValueId constant = builder.constant({1, 4, 4, 2});
  const ValueId result = builder.convolution(constant, 3);
  builder.outputs({result});
  EXPECT_EQ(materializeConstants(builder.graph), 1);
  EXPECT_EQ(typesOf(builder.graph),
            (std::vector{OperatorType::Reshape, OperatorType::Convolution}));
  const ValueId copy = builder.producer(result)->input(0);
  EXPECT_EQ(builder.graph.constant(copy), nullptr);
  EXPECT_TRUE(builder.graph.value(copy).shape == builder.graph.value(constant).shape);
  EXPECT_EQ(builder.producer(copy)->input(0), constant);
  expectOrdered(builder.graph);
}

TEST(MaterializeConstants, allReadersShareOneCopy) {
  GraphBuilder builder;
  const ValueId constant = builder.constant({1, 4, 4, 2});
  const ValueId first = builder.activation(constant, Activation::Tanh);
  const ValueId second = builder.depthwise(constant);
  builder.outputs({first, second, constant, constant});
  EXPECT_EQ(materializeConstants(builder.graph), 1);
  EXPECT_EQ(builder.producer(first)->input(0), builder.producer(second)->input(0));
  EXPECT_EQ(builder.graph.outputs[2], builder.producer(first)->input(0));
  EXPECT_EQ(builder.graph.outputs[3], builder.graph.outputs[2]);
  expectOrdered(builder.graph);
}

TEST(MaterializeConstants, aConstantOutputGetsACopyAfterAllNodes) {
  GraphBuilder builder;
  const ValueId constant = builder.constant({3});
  const ValueId map = builder.input({3});
  builder.outputs({builder.activation(map, Activation::Relu), constant});
  EXPECT_EQ(materializeConstants(builder.graph), 1);
  EXPECT_EQ(builder.graph.constant(builder.graph.outputs[1]), nullptr);
  expectOrdered(builder.graph);
}

TEST(MaterializeConstants, weightsAndOperandsThatAreTakenAsTheyAreStay) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 4, 2});
  const ValueId filtered = builder.convolution(map, 2, 3);
  const ValueId sum = builder.add(builder.constant({1, 4, 4, 2}), filtered);
  const ValueId joined = builder.node(
      OperatorType::Concatenation, {builder.constant({1, 4, 4, 1}), sum}, ConcatenationParams{3});
  builder.outputs({builder.prelu(joined, {3}), builder.reshape(builder.constant({4}), {2, 2})});
  const size_t nodes = builder.graph.nodes.size();
  EXPECT_EQ(materializeConstants(builder.graph), 0);
  EXPECT_EQ(builder.graph.nodes.size(), nodes);
}

}  // namespace
}  // namespace filigree::test
