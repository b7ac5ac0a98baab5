// MatrixWeights: what it packs and in which pieces it calls its kernel, against sums in double.
#include "ops/matrix_weights.h"

#include <cmath>
#include <limits>
#include <vector>

#include "graph/constant.h"
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

constexpr size_t kRows = 37;
constexpr float kDensity = 0.2f;

/// A sparse matrix of so many columns times planes of so many pixels, with a residual and a clamp.
void checkSparse(const KernelTable& kernels, size_t columns, size_t pixels) {
  SCOPED_TRACE(testing::Message() << kernels.name << ", " << columns << " columns, " << pixels
                                  << " pixels");
  Random random(static_cast<uint32_t>(columns * 131 + pixels));
  const size_t plane = pixels + 3;
  SparseMatrix matrix;
  matrix.columns = columns;
  matrix.rowStart.push_back(0);
  std::vector<float> dense(columns);
  for (size_t row = 0; row < kRows; ++row) {
    for (float& weight : dense) {
      weight = random.uniform(0.0f, 1.0f) < kDensity ? random.value() : 0.0f;
    }
    appendRow(dense.data(), &matrix);
  }
  Input<float> input((columns - 1) * plane + pixels);
  Input<float> residual((kRows - 1) * plane + pixels);
  Input<float> bias(kRows);
  for (float& value : input) value = random.value();
  for (float& value : residual) value = random.value();
  for (float& value : bias) value = random.value();
  const Clamp clamp = {-4.0f, 4.0f};

  Graph graph;
  const PlanContext context{graph, kernels, SparseMode::Always, 1};
  StepReport report;
  MatrixWeights weights;
  weights.choose(context, kRows, columns, matrix.value.size(), pixels, true, &report);
  ASSERT_TRUE(weights.isSparse());
  Block packed;
  ASSERT_TRUE(packed.allocate(weights.packedBytes()));
  weights.packSparse(matrix, 0, bias.data(), plane, packed.data());
  Block output;
  ASSERT_TRUE(output.allocate(kRows * plane * sizeof(float)));
  // In two calls, as two threads would.
  for (const auto& [first, last] : {std::pair<size_t, size_t>{0, 5}, {5, kRows}}) {
    weights.run(first, last,
                {.input = input.data(),
                 .inputPlane = plane,
                 .output = output.floats(),
                 .outputPlane = plane,
                 .residual = residual.data(),
                 .pixels = pixels,
                 .clamp = clamp});
  }

  constexpr double kUnit = std::numeric_limits<float>::epsilon() / 2.0;
  for (size_t row = 0; row < kRows; ++row) {
    for (size_t pixel = 0; pixel < pixels; ++pixel) {
      double sum = double{bias[row]} + double{residual[row * plane + pixel]};
      double magnitude = std::abs(bias[row]) + std::abs(residual[row * plane + pixel]);
      const uint32_t end = matrix.rowStart[row + 1];
      for (uint32_t i = matrix.rowStart[row]; i < end; ++i) {
        const double product =
            double{matrix.value[i]} * double{input[matrix.column[i] * plane + pixel]};
        sum += product;
        magnitude += std::abs(product);
      }
      const double expected = std::clamp<double>(sum, clamp.minimum, clamp.maximum);
      // Every term is rounded once as a product, and then at most by every addition.
      const double roundings = static_cast<double>(end - matrix.rowStart[row]) + 3;
      ASSERT_NEAR(output.floats()[row * plane + pixel], expected, roundings * kUnit * magnitude)
          << "row " << row << ", pixel " << pixel;
    }
  }
}

TEST(MatrixWeights, addsBlocksOfChannelsUp) {
  for (const KernelTable* kernels : {&simdKernels(), &referenceKernels()}) {
    for (const size_t columns : {40, 300, 700, 1500}) {
      // Around one, two and three tiles of 28 and of 48 pixels.
      for (const size_t pixels : {1, 25, 28, 29, 48, 49, 55, 56, 95, 96, 149}) {
        checkSparse(*kernels, columns, pixels);
      }
    }
  }
}

TEST(MatrixWeights, saysInHowManyBlocksItWorks) {
  Graph graph;
  const PlanContext context{graph, simdKernels(), SparseMode::Always, 1};
  const auto reasonFor = [&context](size_t rows, size_t columns) {
    StepReport report;
    MatrixWeights().choose(context, rows, columns, rows * columns / 5, 1000, true, &report);
    return report.reason;
  };
  EXPECT_NE(reasonFor(64, 2048).find("blocks of channels"), std::string::npos);
  EXPECT_EQ(reasonFor(64, 64).find("blocks of channels"), std::string::npos);
  EXPECT_EQ(reasonFor(8, 2048).find("blocks of channels"), std::string::npos);
}

}  // namespace
}  // namespace filigree::test
