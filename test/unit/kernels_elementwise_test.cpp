// Each binary and unary kernel against the scalar one, and the accuracy of the activations.
#include <algorithm>

#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

template <typename Kernel>
const Kernel& referenceOf(std::span<const Kernel> table, const Kernel& kernel) {
  return *std::find_if(table.begin(), table.end(),
                       [&](const Kernel& row) { return row.kind == kernel.kind; });
}

// ---- Binary

TEST(BinaryKernels, agreeForEveryCountAndBothFormsOfB) {
  for (const BinaryKernel& kernel : simdKernels().binary) {
    const BinaryKernel& reference = referenceOf(referenceKernels().binary, kernel);
    for (size_t count = 0; count <= 37; ++count) {
      for (const bool scalar : {false, true}) {
        for (const bool wild : {false, true}) {
          for (const Clamp& clamp : clamps()) {
            SCOPED_TRACE(testing::Message() << kernel.name << ", count " << count << ", scalar "
                                            << scalar << ", wild " << wild);
            Random random(static_cast<uint32_t>(count));
            Input<float> a(count);
            Input<float> b(scalar ? 1 : count);
            for (float& value : a) value = wild ? random.wildValue() : random.value();
            for (float& value : b) value = wild ? random.wildValue() : random.value();
            const auto run = [&](BinaryFunction function, float* output) {
              function({.count = count,
                        .a = a.data(),
                        .b = b.data(),
                        .bIsScalar = scalar,
                        .output = output,
                        .clamp = clamp});
            };
            // One operation rounds the same everywhere.
            expectEqual(
                count, [&](float* output) { run(kernel.run, output); },
                [&](float* output) { run(reference.run, output); });
          }
        }
      }
    }
  }
}

TEST(BinaryKernels, workInPlaceOnEitherOperand) {
  for (const BinaryKernel& kernel : simdKernels().binary) {
    const BinaryKernel& reference = referenceOf(referenceKernels().binary, kernel);
    for (const size_t count : {1, 4, 7, 33}) {
      for (const bool onA : {true, false}) {
        SCOPED_TRACE(testing::Message() << kernel.name << ", count " << count << ", a " << onA);
        Random random(5);
        Input<float> operand(count);
        Input<float> other(count);
        for (float& value : operand) value = random.value();
        for (float& value : other) value = random.value();
        const auto run = [&](BinaryFunction function, float* place) {
          // The guards of an Output stand around the place.
          std::copy(operand.begin(), operand.end(), place);
          function({.count = count,
                    .a = onA ? place : other.data(),
                    .b = onA ? other.data() : place,
                    .bIsScalar = false,
                    .output = place,
                    .clamp = {}});
        };
        expectEqual(
            count, [&](float* output) { run(kernel.run, output); },
            [&](float* output) { run(reference.run, output); });
      }
    }
  }
}

// ---- Unary

/// Relative error that is allowed beside the value rounded from double; 2^-24 is half a unit in the
/// last place.
float allowedError(Unary kind) {
  switch (kind) {
    case Unary::Clamp:
    case Unary::Prelu:
    case Unary::SignBit:
      return 0.0f;
    case Unary::HardSwish:
      return std::ldexp(1.0f, -23);
    case Unary::Logistic:
    case Unary::Tanh:
      return 3e-7f;
  }
  return 0.0f;
}

void checkUnary(const UnaryKernel& kernel, const Input<float>& input, bool inPlace) {
  const UnaryKernel& reference = referenceOf(referenceKernels().unary, kernel);
  const size_t count = input.size();
  Output actual(count);
  Output expected(count);
  const auto args = [&](const float* from, float* to) {
    return UnaryArgs{
        .count = count, .input = from, .output = to, .parameter = 0.3f, .clamp = {-0.5f, 2.0f}};
  };
  if (inPlace) {
    std::copy_n(input.data(), count, actual.data());
    kernel.run(args(actual.data(), actual.data()));
  } else {
    kernel.run(args(input.data(), actual.data()));
  }
  reference.run(args(input.data(), expected.data()));
  for (size_t i = 0; i < actual.allSize(); ++i) {
    ASSERT_EQ(actual.written(i), expected.written(i)) << "element " << i - Output::kGuard;
    if (!expected.written(i)) continue;
    const float a = actual.at(i);
    const float e = expected.at(i);
    const float x = input[i - Output::kGuard];
    if (std::isnan(e) || std::isinf(e)) {
      ASSERT_TRUE(std::isnan(e) ? std::isnan(a) : a == e) << a << " for f(" << x << ") = " << e;
    } else {
      // The smallest normal number is added because the kernels yield no denormals.
      const float allowed =
          allowedError(kernel.kind) == 0.0f
              ? 0.0f
              : allowedError(kernel.kind) * std::abs(e) + std::numeric_limits<float>::min();
      ASSERT_LE(std::abs(a - e), allowed) << a << " for f(" << x << ") = " << e;
    }
  }
}

TEST(UnaryKernels, agreeForEveryCountAndInPlace) {
  for (const UnaryKernel& kernel : simdKernels().unary) {
    for (size_t count = 0; count <= 37; ++count) {
      SCOPED_TRACE(testing::Message() << kernel.name << ", count " << count);
      Random random(static_cast<uint32_t>(count));
      Input<float> input(count);
      for (float& value : input) value = random.uniform(-8.0f, 8.0f);
      checkUnary(kernel, input, false);
      checkUnary(kernel, input, true);
    }
  }
}

TEST(UnaryKernels, areAccurateOverTheWholeRange) {
  // Every sign, exponent and a spread of mantissas from 2^-60 to 2^60, and a fine sweep where the
  // functions bend.
  std::vector<float> values;
  for (int exponent = -60; exponent <= 60; ++exponent) {
    for (int step = 0; step < 64; ++step) {
      const float magnitude = std::ldexp(1.0f + static_cast<float>(step) / 64.0f, exponent);
      values.push_back(magnitude);
      values.push_back(-magnitude);
    }
  }
  for (int step = -200000; step <= 200000; ++step) {
    values.push_back(static_cast<float>(step) * 0.0005f);
  }
  Input<float> input(values.size());
  input.assign(values);
  for (const UnaryKernel& kernel : simdKernels().unary) {
    SCOPED_TRACE(kernel.name);
    checkUnary(kernel, input, false);
  }
}

TEST(UnaryKernels, saturateAtInfinityAndPropagateNan) {
  const std::vector<float> values = {kNaN,  -kNaN, kInfinity, -kInfinity, 0.0f,
                                     -0.0f, 3e38f, -3e38f,    88.8f,      -103.9f};
  Input<float> input(values.size());
  input.assign(values);
  for (const UnaryKernel& kernel : simdKernels().unary) {
    SCOPED_TRACE(kernel.name);
    // Minus infinity times the zero that hard-swish multiplies it by is NaN, in both.
    checkUnary(kernel, input, false);
  }
}

}  // namespace
}  // namespace filigree::test
