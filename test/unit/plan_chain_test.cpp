// Chains: layers that take turns, a band of rows each, compute what they compute on their own, to
// the last bit, and nothing of what is between them takes room in the arena.
#include "plan/explain.h"
#include "unit/graph_support.h"
#include "unit/kernels_support.h"
#include "unit/plan_support.h"

namespace filigree::test {
namespace {

constexpr ChainLimits kNever = {.leastMapBytes = SIZE_MAX};
constexpr ChainLimits kAlways = {.leastMapBytes = 0};
/// So little room that bands are of two rows, and of whole maps where the channels are few.
constexpr ChainLimits kNarrow = {.leastMapBytes = 0, .mostBandBytes = 24 << 10};

/// A graph whose layers are linked at random: pictures, 1×1 and depthwise convolutions of several
/// windows, strides and paddings, activations of either kind, residuals, second readers.
class RandomBlocks {
 public:
  explicit RandomBlocks(uint32_t seed) : random_(seed) {
    const auto height = static_cast<int32_t>(9 + random_.below(40));
    const auto width = static_cast<int32_t>(5 + random_.below(40));
    ValueId map = builder.input({1, height, width, 3});
    map = activate(convolution(map, 3, 1 + static_cast<int32_t>(random_.below(2))));
    const uint32_t layers = 3 + random_.below(8);
    std::vector<ValueId> outputs;
    for (uint32_t i = 0; i < layers; ++i) {
      const ValueId before = map;
      map = random_.below(2) == 0 ? convolution(map, 1, 1) : depthwise(map);
      const Shape& shape = builder.graph.value(map).shape;
      if (random_.below(4) == 0 && shape == builder.graph.value(before).shape) {
        map = builder.add(map, before);
      }
      map = activate(map);
      if (random_.below(8) == 0) outputs.push_back(map);
    }
    outputs.push_back(map);
    builder.outputs(outputs);
  }

  GraphBuilder builder;

 private:
  ValueId convolution(ValueId map, int32_t kernel, int32_t stride) {
    const int32_t inputs = builder.graph.value(map).shape.channels();
    const auto outputs = static_cast<int32_t>(1 + random_.below(24));
    ConvolutionParams params;
    params.window = window(stride);
    return builder.node(OperatorType::Convolution,
                        {map, weights({outputs, kernel, kernel, inputs}), weights({outputs})},
                        params);
  }

  ValueId depthwise(ValueId map) {
    const Shape shape = builder.graph.value(map).shape;
    const int32_t kernel = random_.below(3) == 0 ? 5 : 3;
    const auto stride = static_cast<int32_t>(random_.below(3) == 0 ? 2 : 1);
    const auto outputs = shape.channels() * static_cast<int32_t>(random_.below(6) == 0 ? 2 : 1);
    DepthwiseParams params;
    params.window = window(stride);
    if (shape.height() < kernel || shape.width() < kernel) params.window.padding = Padding::Same;
    return builder.node(OperatorType::DepthwiseConvolution,
                        {map, weights({1, kernel, kernel, outputs}), weights({outputs})}, params);
  }

  WindowParams window(int32_t stride) {
    WindowParams params;
    params.padding = random_.below(4) == 0 ? Padding::Valid : Padding::Same;
    params.strideY = params.strideX = stride;
    return params;
  }

  ValueId activate(ValueId map) {
    switch (random_.below(5)) {
      case 0:
        return builder.activation(map, Activation::Relu6);
      case 1:
        return builder.activation(map, Activation::HardSwish);
      case 2:
        return builder.prelu(map, {1, 1, builder.graph.value(map).shape.channels()});
      default:
        return map;
    }
  }

  /// Half of them are sparse.
  ValueId weights(const Shape& shape) {
    std::vector<float> elements(shape.elements());
    const bool isSparse = random_.below(2) == 0;
    for (float& element : elements) {
      element = isSparse && random_.below(5) != 0 ? 0 : random_.value();
    }
    return builder.constant(shape, elements);
  }

  Random random_;
};

std::vector<std::vector<float>> run(const Graph& graph, const PlanWish& wish, size_t* chains) {
  const auto planned = makePlanOf(graph, wish);
  EXPECT_TRUE(planned->status.ok()) << planned->status.message();
  *chains += planned->plan.chains.size();
  fillInputs(planned->plan, 3);
  runPlan(planned->plan, *wish.kernels);
  return outputsOf(planned->plan);
}

TEST(Chain, resultsAreThoseOfTheLayersAloneToTheLastBit) {
  size_t none = 0;
  size_t whole = 0;
  size_t narrow = 0;
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const RandomBlocks blocks(seed);
    const Graph& graph = blocks.builder.graph;
    for (const KernelTable* kernels : {&simdKernels(), &referenceKernels()}) {
      const auto expected = run(graph, {.kernels = kernels, .chains = kNever}, &none);
      for (const size_t threads : {1, 3}) {
        const PlanWish wish = {.kernels = kernels, .threads = threads};
        PlanWish always = wish;
        always.chains = kAlways;
        EXPECT_EQ(run(graph, always, &whole), expected);
        PlanWish inBands = wish;
        inBands.chains = kNarrow;
        EXPECT_EQ(run(graph, inBands, &narrow), expected);
      }
    }
  }
  EXPECT_EQ(none, 0u);
  EXPECT_GT(whole, 60u * 4u);
  EXPECT_GT(narrow, 60u * 2u);
}

/// An inverted residual block: what is between its layers is six times as large as what it reads.
Graph invertedResidual(GraphBuilder& builder, int32_t size) {
  const ValueId start = builder.depthwise(builder.input({1, size, size, 8}));
  const ValueId wide = builder.convolution(start, 48);
  const ValueId middle = builder.depthwise(wide);
  builder.outputs({builder.add(builder.convolution(middle, 8), start)});
  return builder.graph;
}

TEST(Chain, mapsBetweenItsLayersHaveNoPlaceInTheArena) {
  GraphBuilder builder;
  const Graph graph = invertedResidual(builder, 40);
  const auto alone = makePlanOf(graph, {.chains = kNever});
  const auto chained = makePlanOf(graph, {.chains = {.leastMapBytes = 48 * 40 * 40 * 4}});
  ASSERT_EQ(chained->plan.chains.size(), 1u);
  const auto& layers = chained->plan.chains[0]->layers();
  ASSERT_EQ(layers.size(), 3u);
  for (const ChainedLayer& layer : layers) {
    const std::string& name = chained->plan.layers[layer.index].name;
    const bool isPlaced = std::any_of(chained->plan.placed.begin(), chained->plan.placed.end(),
                                      [&](const auto& value) { return value.name == name; });
    EXPECT_EQ(isPlaced, layer.index == layers.back().index) << name;
  }
  EXPECT_LT(chained->plan.arena.size(), alone->plan.arena.size() / 2);
  // Each layer says with whom it runs, and runs once.
  EXPECT_EQ(chained->plan.stages.size() + 2, alone->plan.stages.size());
  const std::string json = explainJson(chained->plan, "test");
  EXPECT_NE(json.find("in a chain of layers " + std::to_string(layers.front().index) + ", "),
            std::string::npos);
}

TEST(Chain, whatIsReadTwiceOrHandedOutIsAWholeMap) {
  GraphBuilder builder;
  const ValueId first = builder.convolution(builder.depthwise(builder.input({1, 20, 20, 8})), 16);
  const ValueId second = builder.depthwise(first);
  const ValueId third = builder.convolution(second, 8);
  builder.outputs({third, first});
  const auto planned = makePlanOf(builder.graph, {.chains = kAlways});
  ASSERT_TRUE(planned->status.ok());
  for (const auto& chain : planned->plan.chains) {
    for (size_t i = 0; i + 1 < chain->layers().size(); ++i) {
      EXPECT_NE(chain->layers()[i].output, first);
    }
  }
  EXPECT_EQ(planned->plan.chains.size(), 2u);
}

TEST(Chain, severalPicturesRunLayerByLayer) {
  GraphBuilder builder;
  builder.outputs({builder.convolution(builder.depthwise(builder.input({2, 20, 20, 8})), 8)});
  EXPECT_TRUE(makePlanOf(builder.graph, {.chains = kAlways})->plan.chains.empty());
}

TEST(Chain, nothingIsChainedThatDoesNotFit) {
  GraphBuilder builder;
  const Graph graph = invertedResidual(builder, 40);
  const auto planned = makePlanOf(graph, {.chains = {.leastMapBytes = 0, .mostBandBytes = 1000}});
  EXPECT_TRUE(planned->plan.chains.empty());
}

}  // namespace
}  // namespace filigree::test
