// Values made where a CONCATENATION or a PAD wants them: which are, and that every value is what
// its layer alone makes of its inputs, to the last bit.
#include <algorithm>
#include <optional>

#include "plan/explain.h"
#include "unit/graph_support.h"
#include "unit/node_by_node.h"

namespace filigree::test {
namespace {

const ArenaBuffer& bufferOf(const Plan& plan, const Value& value) {
  for (const PlacedValue& placed : plan.placed) {
    if (placed.name == value.name) return placed.buffer;
  }
  ADD_FAILURE() << value.name << " has no place";
  return plan.placed.front().buffer;
}

/// Floats from the start of `whole` to that of `part`; none if it lies elsewhere.
std::optional<size_t> offsetIn(const Plan& plan, const Graph& graph, ValueId part, ValueId whole) {
  const ArenaBuffer& inner = bufferOf(plan, graph.value(part));
  const ArenaBuffer& outer = bufferOf(plan, graph.value(whole));
  const bool isInside =
      inner.offset >= outer.offset && inner.offset + inner.bytes <= outer.offset + outer.bytes;
  if (inner.whole == ArenaBuffer::kItself || !isInside) return std::nullopt;
  return (inner.offset - outer.offset) / sizeof(float);
}

bool isExplained(const Plan& plan, const std::string& reason) {
  return explainJson(plan, "test").find("\"" + reason + "\"") != std::string::npos;
}

constexpr size_t kPixels = 5 * 9;
const size_t kPlane = planeStride(5, 9);

struct PlaceValues : testing::Test {
  GraphBuilder builder;
  Graph& graph = builder.graph;
  ValueId input = builder.input({1, 5, 9, 6});
  ValueId map = builder.depthwise(input);

  std::unique_ptr<Planned> planOf(const std::vector<ValueId>& outputs) {
    builder.outputs(outputs);
    return checkedPlan(graph);
  }
};

TEST_F(PlaceValues, inputsOfAConcatenationAreMadeWhereTheOutputHasThem) {
  const ValueId a = builder.convolution(map, 7);
  const ValueId b = builder.convolution(map, 8);
  const ValueId c = builder.depthwise(a);
  const ValueId whole = builder.concatenation({a, b, c});
  const auto planned = planOf({builder.activation(whole, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, a, whole), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, b, whole), 7 * kPlane);
  EXPECT_EQ(offsetIn(planned->plan, graph, c, whole), 15 * kPlane);
  EXPECT_TRUE(isExplained(planned->plan, "3 of 3 inputs already in place"));
}

TEST_F(PlaceValues, concatenationsOfConcatenationsAreOne) {
  const ValueId a = builder.convolution(map, 5);
  const ValueId b = builder.depthwise(a);
  const ValueId inner = builder.concatenation({a, b});
  const ValueId c = builder.convolution(inner, 6);
  const ValueId middle = builder.concatenation({c, inner});
  const ValueId d = builder.convolution(middle, 9);
  const ValueId whole = builder.concatenation({middle, d});
  const auto planned = planOf({builder.activation(whole, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, middle, whole), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, inner, whole), 6 * kPlane);
  EXPECT_EQ(offsetIn(planned->plan, graph, b, whole), 11 * kPlane);
  EXPECT_EQ(offsetIn(planned->plan, graph, d, whole), 16 * kPlane);
}

TEST_F(PlaceValues, whatHasItsPlaceElsewhereIsCopied) {
  const ValueId a = builder.convolution(map, 5);
  const ValueId b = builder.convolution(map, 6);
  const ValueId first = builder.concatenation({a, b, a});
  const ValueId constant = builder.constant({1, 5, 9, 5});
  const ValueId second = builder.concatenation({b, constant, map, b});
  const auto planned = planOf({builder.activation(first, Activation::Tanh),
                               builder.activation(second, Activation::Logistic)});
  EXPECT_EQ(offsetIn(planned->plan, graph, a, first), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, b, first), 5 * kPlane);
  EXPECT_EQ(offsetIn(planned->plan, graph, b, second), std::nullopt);
  EXPECT_EQ(offsetIn(planned->plan, graph, map, second), 11 * kPlane);
  EXPECT_TRUE(isExplained(planned->plan, "2 of 3 inputs already in place"));
  EXPECT_TRUE(isExplained(planned->plan, "1 of 4 inputs already in place"));
}

TEST_F(PlaceValues, theOutputsMemoryIsTakenWhileAnInputIsAlive) {
  const ValueId a = builder.convolution(map, 5);
  // Made and read between the inputs: may lie neither there nor where b will.
  const ValueId between = builder.convolution(builder.depthwise(builder.depthwise(a)), 6);
  const ValueId b = builder.depthwise(between);
  const ValueId whole = builder.concatenation({a, b});
  ValueId later = builder.convolution(whole, 7);
  for (int i = 0; i < 3; ++i) later = builder.depthwise(later);
  // Read long after the last reader of the whole.
  const auto planned = planOf({builder.multiply(builder.convolution(a, 7), later)});
  EXPECT_EQ(offsetIn(planned->plan, graph, a, whole), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, b, whole), 5 * kPlane);
}

TEST_F(PlaceValues, anOutputOfTheModelMayLieWithinAnother) {
  const ValueId a = builder.reshape(map, {1, 45, 6});
  const ValueId b = builder.reshape(builder.convolution(map, 12), {1, 90, 6});
  const ValueId whole = builder.concatenation({a, b}, 1);
  const auto planned = planOf({b, whole});
  EXPECT_EQ(offsetIn(planned->plan, graph, a, whole), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, b, whole), 6 * kPixels);
  EXPECT_EQ(planned->plan.outputData[0], planned->plan.outputData[1] + 6 * kPixels);
}

TEST_F(PlaceValues, anInputOfTheModelStaysWhereItIs) {
  const ValueId rows = builder.input({4, 6});
  const ValueId a = builder.activation(rows, Activation::Tanh);
  const ValueId whole = builder.concatenation({rows, builder.reshape(rows, {4, 6}), a}, 0);
  const auto planned = planOf({whole, map});
  EXPECT_EQ(offsetIn(planned->plan, graph, rows, whole), std::nullopt);
  EXPECT_EQ(offsetIn(planned->plan, graph, a, whole), 48u);
}

TEST_F(PlaceValues, namesOfTheSameMemoryHaveOnePlace) {
  const ValueId rows = builder.activation(builder.reshape(map, {1, 45, 6}), Activation::Tanh);
  const ValueId same = builder.reshape(rows, {1, 15, 18});
  const ValueId whole = builder.concatenation({same, builder.reshape(rows, {1, 15, 18}), same}, 1);
  const auto planned = planOf({whole, rows});
  EXPECT_EQ(offsetIn(planned->plan, graph, rows, whole), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, same, whole), 0u);
}

TEST_F(PlaceValues, anActivationIsNotForOtherReaders) {
  const ValueId a = builder.convolution(map, 5);
  const ValueId whole = builder.concatenation({a, map});
  graph.nodes.back().epilogue.activation = Activation::Relu;
  const auto planned = planOf({whole, builder.activation(a, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, a, whole), std::nullopt);
}

TEST_F(PlaceValues, severalPicturesAndOtherAxesAreCopied) {
  const ValueId pictures = builder.depthwise(builder.input({2, 5, 9, 6}));
  const ValueId byChannels = builder.concatenation({pictures, pictures});
  const ValueId first = builder.depthwise(map);
  const ValueId byRows = builder.concatenation({first, map}, 1);
  const auto planned = planOf({builder.activation(byChannels, Activation::Tanh),
                               builder.activation(byRows, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, pictures, byChannels), std::nullopt);
  EXPECT_EQ(offsetIn(planned->plan, graph, first, byRows), std::nullopt);
}

TEST_F(PlaceValues, picturesOneAfterTheOtherAreRuns) {
  const ValueId other = builder.depthwise(map);
  const ValueId whole = builder.concatenation({map, other}, 0);
  const auto planned = planOf({builder.activation(whole, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, other, whole), 6 * kPlane);
}

TEST(PlaceValuesWithGaps, theGapBehindAPlaneIsNoRowOfAnother) {
  GraphBuilder builder;
  ASSERT_EQ(planeStride(16, 16), planeStride(17, 16));
  const ValueId map = builder.input({1, 16, 16, 6});
  // By channels the planes keep their gaps, whatever is written there.
  const ValueId a = builder.activation(map, Activation::Tanh);
  const ValueId b = builder.activation(builder.depthwise(map), Activation::Tanh);
  const ValueId byChannels = builder.concatenation({a, b});
  // By rows the last one of each plane is as long as the gap.
  const ValueId row = builder.activation(builder.input({1, 1, 16, 6}), Activation::Tanh);
  const ValueId byRows = builder.concatenation({builder.activation(map, Activation::Relu), row}, 1);
  builder.outputs({builder.activation(byChannels, Activation::Logistic),
                   builder.activation(byRows, Activation::Logistic)});
  const auto planned = checkedPlan(builder.graph);
  EXPECT_EQ(offsetIn(planned->plan, builder.graph, b, byChannels), 6 * planeStride(16, 16));
}

TEST_F(PlaceValues, aPadOfChannelsZeroesOnlyTheNewPlanes) {
  const ValueId behind = builder.padChannels(map, 0, 6);
  const ValueId around = builder.padChannels(builder.convolution(behind, 5), 3, 4, 0.5f);
  const auto planned = planOf({builder.activation(around, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, map, behind), 0u);
  EXPECT_EQ(offsetIn(planned->plan, graph, graph.nodes[2].output(), around), 3 * kPlane);
  EXPECT_TRUE(isExplained(planned->plan, "input already in place"));
}

TEST_F(PlaceValues, aPadOfChannelsAndPixelsOrPicturesIsCopied) {
  const ValueId both = builder.pad(map, {0, 1, 0, 2}, {0, 0, 1, 0});
  const ValueId pictures =
      builder.padChannels(builder.depthwise(builder.input({2, 5, 9, 6})), 1, 1);
  const auto planned = planOf(
      {builder.activation(both, Activation::Tanh), builder.activation(pictures, Activation::Tanh)});
  EXPECT_EQ(offsetIn(planned->plan, graph, map, both), std::nullopt);
}

/// As in BlazeFace: the shortcut around a block is padded where the block makes more channels.
TEST_F(PlaceValues, aPaddedResidualIsReadWhereItsInputWasMade) {
  const ValueId block = builder.convolution(builder.depthwise(map), 10);
  const ValueId padded = builder.padChannels(map, 0, 4);
  const ValueId sum = builder.add(padded, builder.convolution(builder.depthwise(block), 10));
  const auto planned = planOf({builder.activation(sum, Activation::Relu), block});
  EXPECT_EQ(offsetIn(planned->plan, graph, map, padded), 0u);
  const std::vector<Layer>& layers = planned->plan.layers;
  EXPECT_TRUE(std::any_of(layers.begin(), layers.end(),
                          [](const Layer& layer) { return layer.fused == "ADD + RELU"; }));
}

TEST_F(PlaceValues, emptyInputsHaveMemoryOfTheirOwn) {
  const ValueId none = builder.activation(builder.input({1, 5, 9, 0}), Activation::Tanh);
  const ValueId whole = builder.concatenation({none, map, none});
  const auto planned = planOf({whole, builder.padChannels(none, 1, 1)});
  EXPECT_EQ(offsetIn(planned->plan, graph, map, whole), 0u);
}

}  // namespace
}  // namespace filigree::test
