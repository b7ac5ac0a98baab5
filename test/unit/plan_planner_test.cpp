// The planner: what shares memory, what stays alive, what the plan says about itself, and every way
// of running out of memory.
#include "plan/explain.h"
#include "unit/allocation_failures.h"
#include "unit/graph_support.h"
#include "unit/kernels_support.h"
#include "unit/plan_support.h"

namespace filigree::test {
namespace {

const PlacedValue& placedOf(const Plan& plan, const std::string& name) {
  for (const PlacedValue& value : plan.placed) {
    if (value.name == name) return value;
  }
  ADD_FAILURE() << name << " has no place";
  return plan.placed.front();
}

TEST(Planner, aReshapeIsAnotherNameForTheSameMemory) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 4, 6});
  const ValueId result = builder.reshape(builder.activation(map, Activation::Tanh), {2, 12});
  builder.outputs({result});
  const auto planned = makePlanOf(builder.graph);
  ASSERT_TRUE(planned->status.ok());
  const Plan& plan = planned->plan;
  ASSERT_EQ(plan.layers.size(), 2u);
  EXPECT_NE(plan.layers[0].step, nullptr);
  EXPECT_EQ(plan.layers[1].step, nullptr);
  const PlacedValue& activated = placedOf(plan, plan.layers[0].name);
  EXPECT_EQ(activated.bufferIndex, placedOf(plan, plan.layers[1].name).bufferIndex);
  EXPECT_EQ(activated.buffer.lastStep, 2);
}

TEST(Planner, aConversionThatMovesNothingIsANameToo) {
  GraphBuilder builder;
  // One pixel: planes and pixels lie in memory in the same way.
  builder.outputs({builder.depthwise(builder.input({1, 1, 1, 8}))});
  const auto planned = makePlanOf(builder.graph);
  ASSERT_EQ(planned->plan.layers.size(), 3u);
  EXPECT_EQ(planned->plan.layers[0].step, nullptr);
  EXPECT_NE(planned->plan.layers[1].step, nullptr);
  EXPECT_EQ(planned->plan.layers[2].step, nullptr);
}

TEST(Planner, inputsAndOutputsLiveToTheEnd) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, 8});
  const ValueId first = builder.activation(map, Activation::Tanh);
  ValueId last = first;
  for (int i = 0; i < 5; ++i) last = builder.activation(last, Activation::Logistic);
  builder.outputs({last, first, map});
  const auto planned = makePlanOf(builder.graph);
  const Plan& plan = planned->plan;
  const auto steps = static_cast<int32_t>(plan.layers.size());
  EXPECT_EQ(placedOf(plan, builder.graph.value(map).name).buffer.lastStep, steps);
  EXPECT_EQ(placedOf(plan, builder.graph.value(first).name).buffer.lastStep, steps);
  EXPECT_EQ(plan.outputData[2], plan.inputData[0]);
  // Input, both outputs and two maps that take turns.
  EXPECT_EQ(plan.arena.size(), 4 * kAlignmentBytes);
}

TEST(Planner, valuesOfNoElementsHaveAnAddress) {
  GraphBuilder builder;
  const ValueId map = builder.input({0, 4});
  builder.outputs({builder.activation(map, Activation::Relu), map});
  const auto planned = makePlanOf(builder.graph);
  ASSERT_TRUE(planned->status.ok());
  runPlan(planned->plan, simdKernels());
  EXPECT_NE(planned->plan.inputData[0], nullptr);
  EXPECT_NE(planned->plan.outputData[0], nullptr);
}

TEST(Planner, aModelWithoutNodesHandsItsInputThrough) {
  GraphBuilder builder;
  builder.outputs({builder.input({2, 2})});
  const auto planned = makePlanOf(builder.graph);
  ASSERT_TRUE(planned->status.ok());
  EXPECT_TRUE(planned->plan.layers.empty());
  EXPECT_EQ(planned->plan.inputData[0], planned->plan.outputData[0]);
}

TEST(Planner, constantsAreOutputsToo) {
  GraphBuilder builder;
  const ValueId constant = builder.constant({3}, {1, 2, 3});
  builder.outputs({constant, builder.activation(builder.input({3}), Activation::Relu)});
  const auto planned = makePlanOf(builder.graph);
  ASSERT_TRUE(planned->status.ok());
  runPlan(planned->plan, simdKernels());
  EXPECT_EQ(outputsOf(planned->plan)[0], (std::vector<float>{1, 2, 3}));
}

/// A 1×1 convolution with groups, whose groups are sparse in different degrees, divided among
/// threads by rows: blocks of rows differ between the kernels.
TEST(Planner, groupsWithDifferentKernelsAreDividedRight) {
  GraphBuilder builder;
  constexpr int32_t kGroups = 2;
  constexpr int32_t kInputs = 200;
  constexpr int32_t kOutputs = 190;  // of a group; no multiple of any block
  std::vector<float> weights(kGroups * kOutputs * kInputs);
  Random random(5);
  for (size_t i = 0; i < weights.size(); ++i) {
    const bool isSparseGroup = i < weights.size() / 2;
    weights[i] = isSparseGroup && random.below(20) != 0 ? 0 : random.value();
  }
  const ValueId map = builder.input({1, 3, 3, kGroups * kInputs});
  const ValueId filter = builder.constant({kGroups * kOutputs, 1, 1, kInputs}, weights);
  builder.outputs({builder.node(OperatorType::Convolution, {map, filter}, ConvolutionParams{})});
  const auto run = [&builder](const KernelTable& kernels, const PlanWish& wish) {
    const auto planned = makePlanOf(builder.graph, wish);
    EXPECT_TRUE(planned->status.ok()) << planned->status.message();
    fillInputs(planned->plan, 1);
    runPlan(planned->plan, kernels);
    return outputsOf(planned->plan)[0];
  };
  const auto expected =
      run(referenceKernels(), {.kernels = &referenceKernels(), .sparse = SparseMode::Never});
  for (const SparseMode sparse : {SparseMode::Auto, SparseMode::Never, SparseMode::Always}) {
    for (const size_t threads : {1, 2, 3}) {
      const auto actual = run(simdKernels(), {.sparse = sparse, .threads = threads});
      for (size_t i = 0; i < actual.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 1e-3f);
    }
  }
}

TEST(Planner, rowsThatComeInPairsGetTheirKernel) {
  const auto kernelFor = [](int32_t outputs, size_t rowsAlike) {
    constexpr int32_t kInputs = 40;
    GraphBuilder builder;
    std::vector<float> weights(static_cast<size_t>(outputs * kInputs));
    for (size_t i = 0; i < weights.size(); ++i) {
      const size_t row = i / kInputs;
      weights[i] = (i % kInputs + row / rowsAlike) % 5 == 0 ? 0.5f : 0.0f;
    }
    const ValueId map = builder.input({1, 8, 8, kInputs});
    const ValueId filter = builder.constant({outputs, 1, 1, kInputs}, weights);
    builder.outputs({builder.node(OperatorType::Convolution, {map, filter}, ConvolutionParams{})});
    const auto planned = makePlanOf(builder.graph, {});
    EXPECT_TRUE(planned->status.ok()) << planned->status.message();
    const std::string convolution = operatorTypeName(OperatorType::Convolution);
    for (const Layer& layer : planned->plan.layers) {
      if (layer.fileOperator == convolution) return layer.step->report().kernel;
    }
    return std::string();
  };
  const auto nameOf = [](size_t rowBlock) { return simdKernels().spmm[rowBlock - 1].name; };
  const auto isUsed = [&](int32_t outputs, size_t rowsAlike, size_t rowBlock) {
    return kernelFor(outputs, rowsAlike) == nameOf(rowBlock);
  };
  EXPECT_TRUE(isUsed(16, 1, 1));
  EXPECT_TRUE(isUsed(16, 2, 2));
  EXPECT_TRUE(isUsed(16, 4, 2));
  EXPECT_TRUE(isUsed(15, 2, 1));  // the last row is alone
}

TEST(Planner, sumsBeyond32BitsAreOutOfMemoryAndNoWrapAround) {
  GraphBuilder builder;
  const auto kLarge = static_cast<int32_t>(kMaxElements);
  ValueId map = builder.input({kLarge});
  std::vector<ValueId> outputs;
  for (int i = 0; i < 4; ++i) outputs.push_back(map = builder.activation(map, Activation::Tanh));
  builder.outputs(outputs);
  const auto planned = makePlanOf(builder.graph, {.limitBytes = UINT32_MAX});
  EXPECT_EQ(planned->status.code(), StatusCode::OutOfMemory);
  EXPECT_GE(planned->wantedBytes, uint64_t{5} << 30);
}

TEST(Planner, hugeParametersAreRefusedOrCounted) {
  const auto planOf = [](const Shape& input, const TransposeConvolutionParams& params) {
    GraphBuilder builder;
    const ValueId map = builder.input(input);
    const ValueId filter = builder.constant({1, 1, 1, input.channels()});
    builder.outputs({builder.node(OperatorType::TransposeConvolution, {map, filter}, params)});
    return makePlanOf(builder.graph, {.limitBytes = size_t{256} << 20});
  };
  constexpr int32_t kHuge = 1 << 20;
  TransposeConvolutionParams params;
  params.window.strideY = params.window.strideX = kHuge;
  // The stride is large, but the output is not.
  params.outputHeight = params.outputWidth = 3;
  EXPECT_TRUE(planOf({1, 1, 1, 2}, params)->status.ok());
  params.outputHeight = params.outputWidth = 4000;
  const auto refused = planOf({1, 1, 1, 2}, params);
  EXPECT_EQ(refused->status.code(), StatusCode::UnsupportedOp) << refused->status.message();

  GraphBuilder pool;
  PoolParams window;
  window.window.padding = Padding::Same;
  window.window.strideY = window.window.strideX = kHuge;
  window.kernelHeight = window.kernelWidth = 2;
  pool.outputs({pool.node(OperatorType::Pool, {pool.input({1, 300, 3, 1})}, window)});
  const auto planned = makePlanOf(pool.graph);
  ASSERT_TRUE(planned->status.ok());
  EXPECT_LT(planned->plan.scratch.size(), 100'000u);
  runPlan(planned->plan, simdKernels());
}

TEST(Planner, anyAllocationMayFail) {
  const auto file = read(modelOfEverything().pack());
  ASSERT_TRUE(file.status.ok()) << file.status.message();
  int failures = 0;
  for (;; ++failures) {
    const FailingAllocation failing(failures);
    const auto planned = makePlanOf(file.graph);
    if (!failing.happened()) {
      EXPECT_TRUE(planned->status.ok()) << planned->status.message();
      break;
    }
    EXPECT_EQ(planned->status.code(), StatusCode::OutOfMemory) << "allocation " << failures;
    EXPECT_GT(planned->wantedBytes, 0u);
  }
  // Packed weights, arena, scratch, and copies of operands while they are packed as planes.
  EXPECT_GT(failures, 3);
}

TEST(Explain, isJsonThatNamesEveryLayer) {
  const auto file = read(modelOfEverything().pack());
  const auto planned = makePlanOf(file.graph, {.sparse = SparseMode::Always});
  const std::string json = explainJson(planned->plan, "test");
  for (const Layer& layer : planned->plan.layers) {
    EXPECT_NE(json.find("\"op\":\"" + layer.fileOperator + "\""), std::string::npos);
  }
  EXPECT_NE(json.find("\"sparse\":\"always\""), std::string::npos);
  EXPECT_EQ(std::count(json.begin(), json.end(), '{'), std::count(json.begin(), json.end(), '}'));
  EXPECT_EQ(json.find("nan"), std::string::npos);
  EXPECT_EQ(json.find("inf"), std::string::npos);
}

}  // namespace
}  // namespace filigree::test
