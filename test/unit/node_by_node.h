// A graph without a plan: each node on its own; what plans of many nodes are compared with.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "graph/constant.h"
#include "graph/graph.h"
#include "unit/plan_support.h"
#include "unit/watched_run.h"

namespace filigree::test {

using Elements = std::vector<float>;

/// What each node alone makes of what the ones before have made. Concatenations and
/// pads are made by hand, and nothing else has inputs that lie within its output.
class NodeByNode {
 public:
  NodeByNode(const Graph& graph, Plan& filled) : graph_(graph), elements_(graph.values.size()) {
    for (size_t i = 0; i < graph.inputs.size(); ++i) {
      const float* data = filled.inputData[i];
      of(graph.inputs[i]).assign(data, data + filled.inputs[i].shape.elements());
    }
    for (const Node& node : graph.nodes) {
      if (node.type == OperatorType::Concatenation) {
        concatenate(node);
      } else if (node.type == OperatorType::Pad) {
        pad(node);
      } else {
        run(node);
      }
    }
  }

  const Elements& operator[](ValueId id) const { return elements_[static_cast<size_t>(id)]; }

 private:
  Elements& of(ValueId id) { return elements_[static_cast<size_t>(id)]; }

  /// The row-major elements of a value, constants included.
  Elements elementsOf(ValueId id) const {
    const Value& value = graph_.value(id);
    if (value.constant == nullptr) return (*this)[id];
    Elements elements(value.shape.elements());
    readFloats(value, elements.data());
    return elements;
  }

  void concatenate(const Node& node) {
    const auto axis = node.as<ConcatenationParams>().axis;
    size_t outer = 1;
    for (int i = 0; i < axis; ++i)
      outer *= static_cast<size_t>(graph_.value(node.output()).shape[i]);
    for (size_t row = 0; row < outer; ++row) {
      for (const ValueId id : node.inputs) {
        const Elements input = elementsOf(id);
        const auto count = static_cast<ptrdiff_t>(input.size() / outer);
        const auto from = input.begin() + static_cast<ptrdiff_t>(row) * count;
        of(node.output()).insert(of(node.output()).end(), from, from + count);
      }
    }
    if (node.epilogue.activation == Activation::None) return;
    ASSERT_EQ(node.epilogue.activation, Activation::Relu);
    for (float& element : of(node.output())) element = std::max(element, 0.0f);
  }

  void pad(const Node& node) {
    const auto& params = node.as<PadParams>();
    const Shape& from = graph_.value(node.input(0)).shape;
    const Shape& to = graph_.value(node.output()).shape;
    of(node.output()).assign(to.elements(), params.value);
    const Elements& input = of(node.input(0));
    for (size_t i = 0; i < input.size(); ++i) {
      size_t rest = i;
      size_t place = 0;
      size_t stride = 1;
      for (int axis = from.rank() - 1; axis >= 0; --axis) {
        const auto extent = static_cast<size_t>(from[axis]);
        const auto before = static_cast<size_t>(params.before[static_cast<size_t>(axis)]);
        place += (rest % extent + before) * stride;
        rest /= extent;
        stride *= static_cast<size_t>(to[axis]);
      }
      of(node.output())[place] = input[i];
    }
  }

  void run(const Node& node) {
    Graph alone = graph_;
    alone.nodes = {node};
    alone.outputs = {node.output()};
    alone.inputs.clear();
    for (const ValueId id : node.inputs) {
      if (graph_.constant(id) == nullptr) alone.inputs.push_back(id);
    }
    const auto planned = makePlanOf(alone);
    ASSERT_TRUE(planned->status.ok()) << planned->status.message();
    for (size_t i = 0; i < alone.inputs.size(); ++i) {
      const Elements& input = of(alone.inputs[i]);
      std::copy(input.begin(), input.end(), planned->plan.inputData[i]);
    }
    runPlan(planned->plan, simdKernels());
    of(node.output()) = outputsOf(planned->plan)[0];
  }

  const Graph& graph_;
  std::vector<Elements> elements_;  // by ValueId
};

/// The plan, after it ran twice, once watched, and was right.
inline std::unique_ptr<Planned> checkedPlan(const Graph& graph, const PlanWish& wish = {}) {
  auto planned = makePlanOf(graph, wish);
  EXPECT_TRUE(planned->status.ok()) << planned->status.message();
  Plan& plan = planned->plan;
  fillInputs(plan, 5);
  const NodeByNode expected(graph, plan);
  const auto expectRight = [&] {
    const auto actual = outputsOf(plan);
    for (size_t i = 0; i < actual.size(); ++i) {
      EXPECT_EQ(actual[i], expected[graph.outputs[i]]) << "output " << i;
    }
  };
  expectNoOverlaps(plan);
  runWatched(plan, simdKernels());
  expectRight();
  runPlan(plan, simdKernels());
  expectRight();
  return planned;
}

}  // namespace filigree::test
