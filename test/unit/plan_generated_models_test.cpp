// The whole engine on random models (written by test/unit/write_models.ts): both sets of kernels
// agree, nothing alive overlaps in the arena, and no step writes or reads what is not its own.
#include <cmath>

#include "unit/plan_support.h"
#include "unit/watched_run.h"

namespace filigree::test {
namespace {

constexpr size_t kModels = 60;

/// The models' maps are small: only these limits make chains of their layers.
constexpr ChainLimits kSmallChains = {.leastMapBytes = 0, .mostBandBytes = 8 << 10};

struct Loaded {
  std::string name;
  ReadResult file;
};

/// All models, read once for all tests.
const std::vector<std::unique_ptr<Loaded>>& models() {
  static const auto* const kAll = [] {
    auto* all = new std::vector<std::unique_ptr<Loaded>>;
    for (size_t i = 0; i < kModels; ++i) {
      auto loaded = std::make_unique<Loaded>();
      loaded->name = "model_" + std::to_string(i) + ".tflite";
      loaded->file = read(readFile(std::string(FILIGREE_GENERATED_FOLDER "/") + loaded->name));
      all->push_back(std::move(loaded));
    }
    return all;
  }();
  return *kAll;
}

template <typename Visit>
void forEachModel(const Visit& visit) {
  size_t visited = 0;
  for (const auto& model : models()) {
    SCOPED_TRACE(model->name);
    ASSERT_TRUE(model->file.status.ok()) << model->file.status.message();
    visit(model->file.graph);
    ++visited;
  }
  EXPECT_EQ(visited, kModels);
}

/// Within rounding: 1e-4 of the output's largest magnitude.
void expectClose(const std::vector<float>& actual, const std::vector<float>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  float largest = 1;
  for (const float value : expected) largest = std::max(largest, std::fabs(value));
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_LE(std::fabs(actual[i] - expected[i]), 1e-4f * largest) << "element " << i;
  }
}

TEST(GeneratedModels, simdKernelsAgreeWithTheReferenceInEveryMode) {
  size_t runs = 0;
  forEachModel([&runs](const Graph& graph) {
    const auto reference = makePlanOf(graph, {.kernels = &referenceKernels()});
    ASSERT_TRUE(reference->status.ok()) << reference->status.message();
    fillInputs(reference->plan, 7);
    runPlan(reference->plan, referenceKernels());
    const auto expected = outputsOf(reference->plan);
    for (const SparseMode sparse : {SparseMode::Auto, SparseMode::Never, SparseMode::Always}) {
      for (const size_t threads : {1, 3}) {
        const ChainLimits chains = threads == 1 ? ChainLimits{} : kSmallChains;
        const auto planned =
            makePlanOf(graph, {.sparse = sparse, .threads = threads, .chains = chains});
        ASSERT_TRUE(planned->status.ok()) << planned->status.message();
        fillInputs(planned->plan, 7);
        runPlan(planned->plan, simdKernels());
        const auto actual = outputsOf(planned->plan);
        ASSERT_EQ(actual.size(), expected.size());
        for (size_t i = 0; i < actual.size(); ++i) {
          SCOPED_TRACE("output " + std::to_string(i));
          expectClose(actual[i], expected[i]);
        }
        ++runs;
      }
    }
  });
  EXPECT_EQ(runs, kModels * 6);
}

TEST(GeneratedModels, noTwoLiveBuffersOverlapButPartsTheirWholes) {
  forEachModel([](const Graph& graph) {
    const auto planned = makePlanOf(graph);
    expectNoOverlaps(planned->plan);
  });
}

TEST(GeneratedModels, stepsWriteTheirOutputAndReadWhatIsAlive) {
  forEachModel([](const Graph& graph) {
    for (const SparseMode sparse : {SparseMode::Auto, SparseMode::Always}) {
      const auto planned =
          makePlanOf(graph, {.sparse = sparse, .threads = 3, .chains = kSmallChains});
      Plan& plan = planned->plan;
      fillInputs(plan, 11);
      runPlan(plan, simdKernels());
      const auto expected = outputsOf(plan);
      runWatched(plan, simdKernels());
      const auto actual = outputsOf(plan);
      for (size_t i = 0; i < actual.size(); ++i) {
        // Equal to the last bit; NaN, the poison, is not equal to anything.
        ASSERT_EQ(actual[i], expected[i]) << "output " << i;
      }
    }
  });
}

TEST(GeneratedModels, aRunLeavesTheInputsAsTheyAre) {
  forEachModel([](const Graph& graph) {
    const auto planned = makePlanOf(graph);
    Plan& plan = planned->plan;
    const auto inputs = [&plan] {
      std::vector<std::vector<float>> copies;
      for (size_t i = 0; i < plan.inputs.size(); ++i) {
        const float* data = plan.inputData[i];
        copies.emplace_back(data, data + plan.inputs[i].shape.elements());
      }
      return copies;
    };
    fillInputs(plan, 3);
    const auto before = inputs();
    runPlan(plan, simdKernels());
    EXPECT_EQ(inputs(), before);
  });
}

TEST(GeneratedModels, aLimitOneByteTooLowIsOutOfMemory) {
  forEachModel([](const Graph& graph) {
    const auto planned = makePlanOf(graph);
    const auto wanted = static_cast<size_t>(planned->wantedBytes);
    EXPECT_EQ(wanted, planned->plan.totalBytes());
    EXPECT_TRUE(makePlanOf(graph, {.limitBytes = wanted})->status.ok());
    const auto refused = makePlanOf(graph, {.limitBytes = wanted - 1});
    EXPECT_EQ(refused->status.code(), StatusCode::OutOfMemory);
    EXPECT_EQ(refused->wantedBytes, wanted);
  });
}

}  // namespace
}  // namespace filigree::test
