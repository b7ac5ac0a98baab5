// DEQUANTIZE and DENSIFY of constants go away, and the constant is passed on as it is stored.
#include "graph/passes.h"
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

/// A node that inferShapes refuses: these two are folded before shapes are inferred.
ValueId addRaw(GraphBuilder& builder, OperatorType type, ValueId input) {
  Value value;
  value.name = "decoded";
  Node node;
  node.type = type;
  node.fileOperator = operatorTypeName(type);
  node.inputs = {input};
  node.outputs = {builder.graph.addValue(value)};
  builder.graph.nodes.push_back(node);
  return node.output();
}

TEST(FoldConstants, aChainOfBothBecomesTheConstantItself) {
  GraphBuilder builder;
  const ValueId stored = builder.constant({2, 1, 1, 3});
  const ValueId dense = addRaw(builder, OperatorType::Densify, stored);
  const ValueId wide = addRaw(builder, OperatorType::Dequantize, dense);
  const ValueId map = builder.input({1, 4, 4, 3});
  builder.graph.value(wide).constant = builder.graph.value(stored).constant;
  builder.graph.value(wide).shape = {2, 1, 1, 3};
  const ValueId result = builder.node(OperatorType::Convolution, {map, wide}, ConvolutionParams{});
  builder.graph.value(wide).constant = nullptr;
  builder.outputs({result});

  EXPECT_EQ(foldConstants(builder.graph), 2);
  EXPECT_EQ(typesOf(builder.graph), std::vector{OperatorType::Convolution});
  EXPECT_EQ(builder.graph.constant(wide), builder.graph.constant(stored));
  EXPECT_TRUE(builder.graph.value(wide).shape == builder.graph.value(stored).shape);
}

TEST(FoldConstants, whatIsComputedStays) {
  GraphBuilder builder;
  const ValueId decoded = addRaw(builder, OperatorType::Dequantize, builder.input({4}));
  builder.outputs({decoded});
  EXPECT_EQ(foldConstants(builder.graph), 0);
  EXPECT_EQ(typesOf(builder.graph), std::vector{OperatorType::Dequantize});
}

TEST(FoldConstants, theConstantMayBeReadByOthersToo) {
  GraphBuilder builder;
  const ValueId stored = builder.constant({4});
  const ValueId first = addRaw(builder, OperatorType::Dequantize, stored);
  const ValueId second = addRaw(builder, OperatorType::Dequantize, stored);
  builder.outputs({first, second, stored});
  EXPECT_EQ(foldConstants(builder.graph), 2);
  for (const ValueId id : {first, second}) {
    EXPECT_EQ(builder.graph.constant(id), builder.graph.constant(stored));
  }
}

}  // namespace
}  // namespace filigree::test
