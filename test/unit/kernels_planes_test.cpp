// Sum, interpolation and rearrangement against the scalar functions; the peak loop.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

const KernelTable& simd = simdKernels();
const KernelTable& reference = referenceKernels();

Input<float>& fill(Input<float>& values, uint32_t seed, bool wild = false) {
  Random random(seed);
  for (float& value : values) value = wild ? random.wildValue() : random.value();
  return values;
}

TEST(Sum, isTheSameToTheLastBitForEveryCount) {
  for (size_t count = 0; count <= 100; ++count) {
    Input<float> input(count);
    fill(input, static_cast<uint32_t>(count));
    const float expected = reference.sum(input.data(), count);
    EXPECT_EQ(simd.sum(input.data(), count), expected) << "count " << count;
  }
}

TEST(Sum, nanAndInfinityPropagate) {
  for (const float special : {kNaN, kInfinity, -kInfinity}) {
    for (const size_t at : {0, 17, 36}) {
      Input<float> input(37);
      fill(input, 3)[at] = special;
      const float sum = simd.sum(input.data(), 37);
      EXPECT_TRUE(std::isnan(special) ? std::isnan(sum) : sum == special) << special;
    }
  }
}

TEST(Lerp, agreesForEveryCount) {
  for (size_t count = 0; count <= 37; ++count) {
    for (const bool wild : {false, true}) {
      SCOPED_TRACE(testing::Message() << "count " << count);
      Input<float> top(count);
      Input<float> bottom(count);
      fill(top, 1, wild);
      fill(bottom, 2, wild);
      const auto run = [&](LerpFunction function, float* output) {
        function(top.data(), bottom.data(), 0.3f, output, count);
      };
      expectSame(
          count, 2, [&](float* output) { run(simd.lerp, output); },
          [&](float* output) { run(reference.lerp, output); },
          // |top| + |bottom| + |top| bounds both terms.
          [&](float* output) {
            for (size_t i = 0; i < count; ++i) output[i] = 3.0f;
          });
    }
  }
}

TEST(LerpGather, agreesForEveryCount) {
  for (size_t count = 0; count <= 37; ++count) {
    for (const bool wild : {false, true}) {
      SCOPED_TRACE(testing::Message() << "count " << count);
      Random random(static_cast<uint32_t>(count));
      Input<float> row(19);
      fill(row, 7, wild);
      Input<int32_t> left(count);
      Input<int32_t> right(count);
      Input<float> fraction(count);
      for (size_t i = 0; i < count; ++i) {
        left[i] = static_cast<int32_t>(random.below(19));
        right[i] = static_cast<int32_t>(random.below(19));
        fraction[i] = random.uniform(0.0f, 1.0f);
      }
      const auto run = [&](LerpGatherFunction function, float* output) {
        function(row.data(), left.data(), right.data(), fraction.data(), output, count);
      };
      expectSame(
          count, 2, [&](float* output) { run(simd.lerpGather, output); },
          [&](float* output) { run(reference.lerpGather, output); },
          [&](float* output) {
            for (size_t i = 0; i < count; ++i) output[i] = 3.0f;
          });
    }
  }
}

TEST(LerpGroups, agreesForEveryCount) {
  for (size_t count = 0; count <= 37; ++count) {
    for (const bool wild : {false, true}) {
      SCOPED_TRACE(testing::Message() << "count " << count);
      Random random(static_cast<uint32_t>(count));
      constexpr size_t kInputs = 19;
      Input<float> row(kInputs);
      fill(row, 7, wild);
      Input<LerpGroup> groups((count + 3) / 4);
      for (size_t g = 0; g < (count + 3) / 4; ++g) {
        // The last inputs of a group may lie behind the row's end, but are not taken then.
        const size_t first = random.below(kInputs);
        const size_t taken = std::min<size_t>(kInputs - first, 4);
        LerpGroup group = {};
        group.first = static_cast<int32_t>(first);
        for (size_t i = 0; i < 4; ++i) {
          const size_t left = random.below(static_cast<uint32_t>(taken));
          const size_t right = random.below(static_cast<uint32_t>(taken));
          for (size_t byte = 0; byte < 4; ++byte) {
            group.left[4 * i + byte] = static_cast<uint8_t>(4 * left + byte);
            group.right[4 * i + byte] = static_cast<uint8_t>(4 * right + byte);
          }
          group.fraction[i] = random.uniform(0.0f, 1.0f);
        }
        groups[g] = group;
      }
      const auto run = [&](LerpGroupsFunction function, float* output) {
        function(row.data(), groups.data(), output, count);
      };
      expectSame(
          count, 2, [&](float* output) { run(simd.lerpGroups, output); },
          [&](float* output) { run(reference.lerpGroups, output); },
          [&](float* output) {
            for (size_t i = 0; i < count; ++i) output[i] = 3.0f;
          });
    }
  }
}

TEST(Transpose, agreesForEverySizeAndGap) {
  for (size_t rows = 1; rows <= 13; ++rows) {
    for (size_t columns = 1; columns <= 13; ++columns) {
      for (const size_t gap : {0, 1, 5}) {
        SCOPED_TRACE(testing::Message() << rows << " rows, " << columns << " columns, gap " << gap);
        const size_t inputRow = columns + gap;
        const size_t outputRow = rows + gap;
        Input<float> input((rows - 1) * inputRow + columns);
        fill(input, static_cast<uint32_t>(rows * 100 + columns));
        const auto run = [&](TransposeFunction function, float* output) {
          function(input.data(), inputRow, output, outputRow, rows, columns);
        };
        expectEqual((columns - 1) * outputRow + rows,
                    [&](float* output) { run(simd.transpose, output); },
                    [&](float* output) { run(reference.transpose, output); });
      }
    }
  }
}

TEST(Border, agreesForEveryWidthBorderAndPhase) {
  constexpr size_t kRows = 3;
  for (size_t phases = 1; phases <= 3; ++phases) {
    for (size_t columns = 0; columns <= 19; ++columns) {
      for (size_t before = 0; before <= 3; ++before) {
        for (size_t after = 0; after <= 3; ++after) {
          SCOPED_TRACE(testing::Message()
                       << phases << " phases, " << before << " + " << columns << " + " << after);
          const size_t inputRow = columns + 1;
          Input<float> input((kRows - 1) * inputRow + columns);
          fill(input, static_cast<uint32_t>(columns));
          BorderArgs args{.rows = kRows,
                          .columns = columns,
                          .input = input.data(),
                          .inputRow = inputRow,
                          .before = before,
                          .phases = phases,
                          .phaseFloats = (before + columns + after + phases - 1) / phases,
                          .border = -1.5f,
                          .output = nullptr};
          const auto run = [&args](BorderFunction function, float* output) {
            args.output = output;
            function(args);
          };
          expectEqual(
              kRows * phases * args.phaseFloats, [&](float* output) { run(simd.border, output); },
              [&](float* output) { run(reference.border, output); });
        }
      }
    }
  }
}

TEST(PeakLoop, countsItsMultiplyAddsAndStaysFinite) {
  for (int accumulators = 4; accumulators <= 16; ++accumulators) {
    float sink = 0.0f;
    const double done = runPeakLoop(accumulators, 100, &sink);
    EXPECT_EQ(std::fmod(done, accumulators * 4.0 * 100), 0.0);
    EXPECT_GT(done, 0.0);
    EXPECT_TRUE(std::isnormal(sink)) << sink;
  }
}

}  // namespace
}  // namespace filigree::test
