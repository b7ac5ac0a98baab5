// A 1×1 convolution of an enlarged map runs before the RESIZE.
#include <cmath>

#include "graph/passes.h"
#include "plan/explain.h"
#include "unit/graph_support.h"
#include "unit/kernels_support.h"
#include "unit/plan_support.h"

namespace filigree::test {
namespace {

class SwapResize : public ::testing::Test {
 protected:
  void expectKept() {
    const std::vector<OperatorType> before = typesOf(builder.graph);
    EXPECT_EQ(swapResize(builder.graph), 0);
    EXPECT_EQ(typesOf(builder.graph), before);
  }

  GraphBuilder builder;
  const ValueId map = builder.input({2, 3, 5, 16});
};

TEST_F(SwapResize, theConvolutionGoesFirst) {
  const ValueId result = builder.convolution(builder.resize(map, 6, 10), 8);
  builder.outputs({result});
  EXPECT_EQ(swapResize(builder.graph), 1);
  ASSERT_EQ(typesOf(builder.graph), (std::vector{OperatorType::Convolution, OperatorType::Resize}));
  const Node& convolution = builder.graph.nodes[0];
  const Node& resize = builder.graph.nodes[1];
  EXPECT_EQ(convolution.input(0), map);
  EXPECT_EQ(convolution.as<ConvolutionParams>().originalPixels, 60u);
  const Value& mixed = builder.graph.value(convolution.output());
  EXPECT_EQ(mixed.shape, (Shape{2, 3, 5, 8}));
  EXPECT_EQ(mixed.name, builder.graph.value(result).name + "/before_resize");
  EXPECT_EQ(resize.input(0), convolution.output());
  EXPECT_EQ(resize.output(), result);
  EXPECT_EQ(builder.graph.value(result).shape, (Shape{2, 6, 10, 8}));
  expectOrdered(builder.graph);
}

TEST_F(SwapResize, theActivationStaysLast) {
  builder.outputs({builder.convolution(builder.resize(map, 6, 10), 8)});
  builder.graph.nodes.back().epilogue.activation = Activation::Relu6;
  EXPECT_EQ(swapResize(builder.graph), 1);
  EXPECT_EQ(builder.graph.nodes[0].epilogue.activation, Activation::None);
  EXPECT_EQ(builder.graph.nodes[1].epilogue.activation, Activation::Relu6);
}

TEST_F(SwapResize, whatComesBetweenKeepsItsPlace) {
  const ValueId large = builder.resize(map, 6, 10);
  const ValueId skip = builder.convolution(builder.input({2, 6, 10, 3}), 8);
  const ValueId sum = builder.add(skip, builder.convolution(large, 8));
  const ValueId result = builder.prelu(sum, {8});
  builder.outputs({result});
  EXPECT_EQ(swapResize(builder.graph), 1);
  expectOrdered(builder.graph);
  EXPECT_EQ(fuseResidual(builder.graph), 1);
  EXPECT_EQ(fuseActivation(builder.graph), 1);
  ASSERT_EQ(typesOf(builder.graph), (std::vector{OperatorType::Convolution,
                                                 OperatorType::Convolution, OperatorType::Resize}));
  const Node& resize = builder.graph.nodes[2];
  EXPECT_EQ(resize.output(), result);
  EXPECT_EQ(resize.epilogue.residual, skip);
  EXPECT_EQ(resize.epilogue.activation, Activation::Prelu);
  expectOrdered(builder.graph);
}

TEST_F(SwapResize, chainsAreSwappedThrough) {
  const ValueId large = builder.resize(builder.resize(map, 6, 10), 12, 20);
  builder.outputs({builder.convolution(builder.convolution(large, 8), 4)});
  EXPECT_EQ(swapResize(builder.graph), 4);
  ASSERT_EQ(typesOf(builder.graph),
            (std::vector{OperatorType::Convolution, OperatorType::Convolution, OperatorType::Resize,
                         OperatorType::Resize}));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(builder.graph.nodes[i].as<ConvolutionParams>().originalPixels, 240u);
    EXPECT_EQ(builder.graph.value(builder.graph.nodes[i].output()).shape.width(), 5);
  }
  EXPECT_EQ(builder.graph.value(builder.graph.nodes[2].output()).shape, (Shape{2, 6, 10, 4}));
  expectOrdered(builder.graph);
}

TEST_F(SwapResize, anActivationBetweenKeepsTheOrder) {
  const ValueId large = builder.resize(map, 6, 10);
  builder.outputs({builder.convolution(builder.activation(large, Activation::Relu), 8)});
  expectKept();
  builder.outputs({builder.convolution(large, 8)});
  fuseActivation(builder.graph);
  builder.graph.nodes[0].epilogue.activation = Activation::Relu;
  expectKept();
}

TEST_F(SwapResize, aMapThatShrinksOrKeepsItsSizeStays) {
  const ValueId smaller = builder.convolution(builder.resize(map, 2, 5), 8);
  const ValueId same = builder.convolution(builder.resize(map, 3, 5), 8);
  const ValueId turned = builder.convolution(builder.resize(map, 5, 3), 8);
  builder.outputs({smaller, same, turned});
  expectKept();
}

TEST_F(SwapResize, aMapWithAnotherReaderOrAsOutputStays) {
  const ValueId large = builder.resize(map, 6, 10);
  const ValueId result = builder.convolution(large, 8);
  builder.outputs({result, large});
  expectKept();
  builder.outputs({result, builder.activation(large, Activation::Relu)});
  expectKept();
}

TEST_F(SwapResize, otherConvolutionsStay) {
  const auto large = [this] { return builder.resize(map, 6, 10); };
  const ValueId wide = builder.convolution(large(), 8, 3);
  const ValueId strided = builder.convolution(large(), 8, 1, 2);
  const ValueId grouped = builder.node(
      OperatorType::Convolution, {large(), builder.constant({8, 1, 1, 4})}, ConvolutionParams{});
  const ValueId filtered = builder.depthwise(large(), 1);
  ConvolutionParams params;
  params.window.folded.left = 1;
  const ValueId bordered =
      builder.node(OperatorType::Convolution, {large(), builder.constant({8, 1, 1, 16})}, params);
  builder.outputs({wide, strided, grouped, filtered, bordered});
  expectKept();
}

/// From one channel to many: resizing all of these costs more than the convolution saves.
TEST_F(SwapResize, aConvolutionThatWidensTooMuchStays) {
  const ValueId narrow = builder.input({1, 3, 5, 1});
  builder.outputs({builder.convolution(builder.resize(narrow, 6, 10), 16)});
  expectKept();
  builder.outputs({builder.convolution(builder.resize(map, 6, 10), 24)});
  EXPECT_EQ(swapResize(builder.graph), 1);
}

// ---- In a plan

/// A decoder's stage: resize, convolution, residual and activation.
struct Stage {
  GraphBuilder builder;
  ValueId large = kNone;
  ValueId result = kNone;

  Stage(Activation activation, bool addsSkip, int32_t channels = 16) {
    const ValueId map = builder.input({2, 3, 5, channels});
    const ValueId skip = builder.input({2, 7, 9, 9});
    large = builder.resize(map, 7, 9);
    result = builder.convolution(large, 9);
    if (addsSkip) result = builder.add(result, skip);
    if (activation == Activation::Prelu) {
      result = builder.prelu(result, {9});
    } else if (activation != Activation::None) {
      result = builder.activation(result, activation);
    }
  }
};

bool isSwapped(const Plan& plan) {
  for (const PassCount& pass : plan.passes) {
    if (pass.name == "swap resize") return pass.count > 0;
  }
  return false;
}

std::vector<float> run(Stage& stage, bool swaps, const PlanWish& wish) {
  stage.builder.outputs({stage.result});
  // A map that is asked for must be made.
  if (!swaps) stage.builder.graph.outputs.push_back(stage.large);
  const auto planned = makePlanOf(stage.builder.graph, wish);
  EXPECT_TRUE(planned->status.ok()) << planned->status.message();
  EXPECT_EQ(isSwapped(planned->plan), swaps);
  fillInputs(planned->plan, 5);
  runPlan(planned->plan, *wish.kernels);
  return outputsOf(planned->plan)[0];
}

TEST(SwapResizePlan, computesTheSame) {
  for (const Activation activation :
       {Activation::None, Activation::Relu, Activation::ReluN1To1, Activation::Relu6,
        Activation::Tanh, Activation::HardSwish, Activation::Logistic, Activation::Prelu}) {
    for (const bool addsSkip : {false, true}) {
      // Four channels: straight from the interleaved input.
      for (const int32_t channels : {16, 4}) {
        Stage stage(activation, addsSkip, channels);
        const auto expected = run(stage, false, {.kernels = &referenceKernels()});
        float largest = 0;
        for (const float value : expected) largest = std::max(largest, std::fabs(value));
        for (const KernelTable* kernels : {&referenceKernels(), &simdKernels()}) {
          for (const size_t threads : {1, 3}) {
            const auto actual = run(stage, true, {.kernels = kernels, .threads = threads});
            ASSERT_EQ(actual.size(), expected.size());
            for (size_t i = 0; i < actual.size(); ++i) {
              ASSERT_NEAR(actual[i], expected[i], 2e-6f * largest);
            }
          }
        }
      }
    }
  }
}

TEST(SwapResizePlan, countsTheOriginalsMacs) {
  Stage stage(Activation::Relu, true);
  const auto planOf = [&stage](const std::vector<ValueId>& outputs) {
    stage.builder.outputs(outputs);
    return makePlanOf(stage.builder.graph);
  };
  const auto kept = planOf({stage.result, stage.large});
  const auto swapped = planOf({stage.result});
  EXPECT_EQ(totalMacs(swapped->plan).dense, 2u * 63 * 16 * 9);
  EXPECT_EQ(totalMacs(swapped->plan).dense, totalMacs(kept->plan).dense);
  EXPECT_EQ(totalMacs(swapped->plan).nonzero, totalMacs(kept->plan).nonzero);
  int found = 0;
  for (const Layer& layer : swapped->plan.layers) {
    if (layer.fileOperator != operatorTypeName(OperatorType::Convolution)) continue;
    const StepReport& report = layer.step->report();
    EXPECT_EQ(report.executedMacs, 2u * 15 * 16 * 9);
    EXPECT_NE(report.reason.find("; runs before the resize, on 15 of 63 pixels"), std::string::npos)
        << report.reason;
    ++found;
  }
  EXPECT_EQ(found, 1);
}

}  // namespace
}  // namespace filigree::test
