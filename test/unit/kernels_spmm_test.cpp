// Each sparse 1×1 kernel against the scalar one.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

struct Case {
  size_t rows;
  size_t channels;
  size_t pixels;
  double density;
  bool withResidual = false;
  Clamp clamp = {};
  bool wild = false;
};

constexpr int32_t kWildOffset = 1 << 30;

class SpmmProblem {
 public:
  /// For a kernel of two rows, every two have their nonzeros in the same columns.
  SpmmProblem(const Case& c, size_t rowBlock)
      : case_(c),
        rowBlock_(rowBlock),
        rows_((c.rows + rowBlock - 1) / rowBlock * rowBlock),
        inputPlane_(c.pixels + c.channels % 3),
        outputPlane_(c.pixels + c.rows % 3),
        input_((c.channels - 1) * inputPlane_ + c.pixels),
        residual_((rows_ - 1) * outputPlane_ + c.pixels),
        row_(rows_) {
    Random random(static_cast<uint32_t>(c.rows * 7919 + c.channels * 131 + c.pixels));
    for (float& value : input_) value = c.wild ? random.wildValue() : random.value();
    for (float& value : residual_) value = random.value();
    std::vector<SpmmFour> fours;
    std::vector<SpmmPair> pairs;
    for (size_t i = 0; i < rows_; ++i) {
      const size_t first = rowBlock == 1 ? fours.size() : pairs.size();
      SpmmRow& row = row_[i] = {static_cast<uint32_t>(first), 0, random.value()};
      // Every fourth row of a random pattern is empty.
      if (i % rowBlock > 0 || (c.density < 1.0 && i / rowBlock % 4 == 3)) continue;
      for (size_t channel = 0; channel < c.channels; ++channel) {
        if (random.uniform(0.0f, 1.0f) >= c.density) continue;
        const auto offset = static_cast<int32_t>(channel * inputPlane_ * sizeof(float));
        const size_t place = row.nonzeros++ % 4;
        if (rowBlock == 2) {
          pairs.push_back({offset, {random.value(), random.value()}});
          continue;
        }
        // What is not used may be anything.
        if (place == 0) fours.push_back({{kWildOffset, kWildOffset, kWildOffset, kWildOffset}, {}});
        fours.back().inputOffsetBytes[place] = offset;
        fours.back().weight[place] = random.value();
      }
    }
    fours_ = std::make_unique<Input<SpmmFour>>(fours.size());
    fours_->assign(fours);
    pairs_ = std::make_unique<Input<SpmmPair>>(pairs.size());
    pairs_->assign(pairs);
  }

  SpmmArgs args(float* output) const {
    return {.rows = rows_,
            .pixels = case_.pixels,
            .input = input_.data(),
            .row = row_.data(),
            .fours = fours_->data(),
            .pairs = pairs_->data(),
            .output = output,
            .outputPlane = outputPlane_,
            .residual = case_.withResidual ? residual_.data() : nullptr,
            .clamp = case_.clamp};
  }

  void check(const SpmmKernel& kernel) {
    const SpmmKernel& scalar = referenceKernels().spmm[rowBlock_ - 1];
    ASSERT_EQ(scalar.rowBlock, rowBlock_);
    const SpmmFunction reference = scalar.run;
    expectSame((rows_ - 1) * outputPlane_ + case_.pixels, case_.channels,
               [&](float* output) { kernel.run(args(output)); },
               [&](float* output) { reference(args(output)); },
               [&](float* output) {
                 absolute(input_);
                 absolute(residual_);
                 for (SpmmRow& row : row_) row.bias = std::abs(row.bias);
                 for (SpmmFour& four : *fours_) {
                   for (float& weight : four.weight) weight = std::abs(weight);
                 }
                 for (SpmmPair& pair : *pairs_) {
                   for (float& weight : pair.weight) weight = std::abs(weight);
                 }
                 SpmmArgs positive = args(output);
                 positive.clamp = {};
                 reference(positive);
               });
  }

 private:
  Case case_;
  size_t rowBlock_;
  size_t rows_;
  size_t inputPlane_;
  size_t outputPlane_;
  Input<float> input_;
  Input<float> residual_;
  Input<SpmmRow> row_;
  std::unique_ptr<Input<SpmmFour>> fours_;
  std::unique_ptr<Input<SpmmPair>> pairs_;
};

void check(const Case& c) {
  for (const SpmmKernel& kernel : simdKernels().spmm) {
    SCOPED_TRACE(testing::Message()
                 << kernel.name << ": " << c.rows << " rows, " << c.channels << " channels, "
                 << c.pixels << " pixels, density " << c.density);
    SpmmProblem(c, kernel.rowBlock).check(kernel);
  }
}

TEST(Spmm, agreesForEveryNumberOfPixelsUpToThreeTiles) {
  for (const SpmmKernel& kernel : simdKernels().spmm) {
    for (size_t pixels = 1; pixels <= 3 * kernel.pixelTile + 1; ++pixels) {
      check({.rows = 3, .channels = 9, .pixels = pixels, .density = 0.5});
    }
  }
}

TEST(Spmm, agreesForEveryNumberOfNonzerosInARow) {
  for (size_t channels = 1; channels <= 20; ++channels) {
    check({.rows = 5, .channels = channels, .pixels = 37, .density = 1.0});
    check({.rows = 9, .channels = channels, .pixels = 37, .density = 0.4});
  }
}

TEST(Spmm, emptyRowsGiveTheBias) {
  check({.rows = 6, .channels = 4, .pixels = 45, .density = 0.0});
  check({.rows = 6, .channels = 4, .pixels = 45, .density = 0.0, .withResidual = true});
}

TEST(Spmm, oneRowOfOneChannel) {
  check({.rows = 1, .channels = 1, .pixels = 33, .density = 1.0});
}

TEST(Spmm, addsTheResidualBeforeItClamps) {
  for (const Clamp& clamp : clamps()) {
    for (const size_t pixels : {1, 6, 31, 64, 99}) {
      check({.rows = 5, .channels = 11, .pixels = pixels, .density = 0.6, .clamp = clamp});
      check({.rows = 5,
             .channels = 11,
             .pixels = pixels,
             .density = 0.6,
             .withResidual = true,
             .clamp = clamp});
    }
  }
}

TEST(Spmm, nanAndInfinityPropagate) {
  for (const Clamp& clamp : clamps()) {
    check({.rows = 7, .channels = 6, .pixels = 77, .density = 0.5, .clamp = clamp, .wild = true});
  }
}

TEST(Spmm, noPixelsWriteNothing) {
  check({.rows = 1, .channels = 1, .pixels = 0, .density = 1.0});
}

}  // namespace
}  // namespace filigree::test
