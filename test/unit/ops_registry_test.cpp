// The registry names every operator: findOperator falls back on the first entry, which would be
// wrong.
#include "unit/graph_support.h"

namespace filigree::test {
namespace {

constexpr auto kLastType = OperatorType::Convert;

TEST(Registry, namesEveryOperator) {
  for (int type = 0; type <= static_cast<int>(kLastType); ++type) {
    const auto wanted = static_cast<OperatorType>(type);
    EXPECT_EQ(findOperator(wanted).type, wanted) << operatorTypeName(wanted);
    EXPECT_STRNE(operatorTypeName(wanted), "unknown");
  }
  // Fails when a type is added behind the last one without a change here.
  EXPECT_STREQ(operatorTypeName(static_cast<OperatorType>(static_cast<int>(kLastType) + 1)),
               "unknown");
}

TEST(Registry, decodingOfComputedValuesIsUnsupported) {
  for (const OperatorType type : {OperatorType::Dequantize, OperatorType::Densify}) {
    GraphBuilder builder;
    Node node;
    node.type = type;
    node.fileOperator = operatorTypeName(type);
    node.inputs = {builder.input({4})};
    node.outputs = {builder.input({4})};
    const Status status = findOperator(type).inferShapes(builder.graph, node);
    EXPECT_EQ(status.code(), StatusCode::UnsupportedOp);
  }
}

}  // namespace
}  // namespace filigree::test
