// Each dense 1×1 kernel, over pixels (gemm) and over output channels (gemv), against the scalar
// one.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

struct Case {
  size_t rows;
  size_t channels;
  size_t pixels;
  bool withResidual = false;
  Clamp clamp = {};
  bool wild = false;
  bool interleaved = false;  // gemv only: pixels apart, channels next to each other
};

/// As GemmArgs says: blocks of `rowBlock` rows, first the biases, then the weights channel by
/// channel.
std::vector<float> pack(const std::vector<float>& weights, const std::vector<float>& bias,
                        size_t channels, size_t rowBlock) {
  std::vector<float> packed;
  for (size_t block = 0; block < bias.size(); block += rowBlock) {
    for (size_t c = 0; c <= channels; ++c) {
      for (size_t row = block; row < block + rowBlock; ++row) {
        if (row >= bias.size()) {
          packed.push_back(0.0f);
        } else {
          packed.push_back(c == 0 ? bias[row] : weights[row * channels + c - 1]);
        }
      }
    }
  }
  return packed;
}

class Problem {
 public:
  explicit Problem(const Case& c)
      : case_(c),
        inputPixel_(c.interleaved ? c.channels + 1 : 1),
        inputPlane_(c.interleaved ? 1 : c.pixels + c.channels % 3),
        outputPixel_(c.interleaved ? c.rows + 2 : 1),
        outputPlane_(c.interleaved ? 1 : c.pixels + c.rows % 3),
        input_((c.channels - 1) * inputPlane_ + (c.pixels - 1) * inputPixel_ + 1),
        residual_(outputFloats()),
        weights_(c.rows * c.channels),
        bias_(c.rows) {
    Random random(static_cast<uint32_t>(c.rows * 7919 + c.channels * 131 + c.pixels));
    for (float& value : input_) value = c.wild ? random.wildValue() : random.value();
    for (float& value : residual_) value = random.value();
    for (float& value : weights_) value = random.value();
    for (float& value : bias_) value = random.value();
  }

  size_t outputFloats() const {
    return (case_.rows - 1) * outputPlane_ + (case_.pixels - 1) * outputPixel_ + 1;
  }

  template <typename Kernel>
  void run(const Kernel& kernel, float* output, const Clamp& clamp) const {
    run(kernel, output, clamp, 0, case_.pixels);
  }

  /// Some of the pixels alone.
  template <typename Kernel>
  void run(const Kernel& kernel, float* output, const Clamp& clamp, size_t firstPixel,
           size_t pixels) const {
    const std::vector<float> values = pack(weights_, bias_, case_.channels, kernel.rowBlock);
    Input<float> packed(values.size());
    packed.assign(values);
    auto args = pixelStrides(kernel);
    args.rows = case_.rows;
    args.pixels = pixels;
    args.channels = case_.channels;
    args.input = input_.data() + firstPixel * inputPixel_;
    args.inputPlane = inputPlane_;
    args.weights = packed.data();
    args.output = output + firstPixel * outputPixel_;
    args.outputPlane = outputPlane_;
    args.residual = case_.withResidual ? residual_.data() + firstPixel * outputPixel_ : nullptr;
    args.clamp = clamp;
    kernel.run(args);
  }

  /// In two calls, with the border after so many whole tiles, and in one.
  template <typename Kernel>
  void checkDivided(const Kernel& kernel, size_t tiles) {
    const size_t first = std::min(tiles * kernel.pixelTile, case_.pixels);
    expectEqual(
        outputFloats(),
        [&](float* output) {
          run(kernel, output, case_.clamp, 0, first);
          if (first < case_.pixels) run(kernel, output, case_.clamp, first, case_.pixels - first);
        },
        [&](float* output) { run(kernel, output, case_.clamp); });
  }

  template <typename Kernel>
  void check(const Kernel& kernel, const Kernel& reference) {
    expectSame(
        outputFloats(), case_.channels, [&](float* output) { run(kernel, output, case_.clamp); },
        [&](float* output) { run(reference, output, case_.clamp); },
        [&](float* output) {
          absolute(input_);
          absolute(residual_);
          for (float& value : weights_) value = std::abs(value);
          for (float& value : bias_) value = std::abs(value);
          run(reference, output, {});
        });
  }

 private:
  static GemmArgs pixelStrides(const GemmKernel& /*kernel*/) { return {}; }
  GemvArgs pixelStrides(const GemvKernel& /*kernel*/) const {
    GemvArgs args{};
    args.inputPixel = inputPixel_;
    args.outputPixel = outputPixel_;
    return args;
  }

  Case case_;
  size_t inputPixel_;
  size_t inputPlane_;
  size_t outputPixel_;
  size_t outputPlane_;
  Input<float> input_;
  Input<float> residual_;
  std::vector<float> weights_;
  std::vector<float> bias_;
};

template <typename Kernel>
testing::Message describe(const Kernel& kernel, const Case& c) {
  return testing::Message() << kernel.name << ": " << c.rows << " rows, " << c.channels
                            << " channels, " << c.pixels << " pixels"
                            << (c.interleaved ? ", interleaved" : "");
}

void checkGemm(const Case& c) {
  for (const GemmKernel& kernel : simdKernels().gemm) {
    SCOPED_TRACE(describe(kernel, c));
    Problem(c).check(kernel, referenceKernels().gemm[0]);
  }
}

void checkGemv(Case c) {
  for (const GemvKernel& kernel : simdKernels().gemv) {
    for (const bool interleaved : {false, true}) {
      c.interleaved = interleaved;
      SCOPED_TRACE(describe(kernel, c));
      Problem(c).check(kernel, referenceKernels().gemv[0]);
    }
  }
}

template <typename Kernel>
void checkDivided(const Kernel& kernel) {
  for (const size_t pixels : {2, 5, 9, 13, 31}) {
    for (const size_t tiles : {1, 2}) {
      const Case c = {.rows = 11, .channels = 33, .pixels = pixels};
      SCOPED_TRACE(describe(kernel, c) << ", the first " << tiles << " tiles apart");
      Problem(c).checkDivided(kernel, tiles);
    }
  }
}

TEST(Gemm, divisionOfThePixelsChangesNothing) {
  for (const GemmKernel& kernel : simdKernels().gemm) checkDivided(kernel);
}

TEST(Gemv, divisionOfThePixelsChangesNothing) {
  for (const GemvKernel& kernel : simdKernels().gemv) checkDivided(kernel);
}

TEST(Gemm, agreesForEveryNumberOfRowsAndPixelsAroundTheTile) {
  for (const GemmKernel& kernel : simdKernels().gemm) {
    for (size_t rows = 1; rows <= 2 * kernel.rowBlock + 1; ++rows) {
      for (size_t pixels = 1; pixels <= 3 * kernel.pixelTile + 1; ++pixels) {
        checkGemm({.rows = rows, .channels = 5, .pixels = pixels});
      }
    }
  }
}

TEST(Gemm, agreesForAnyNumberOfChannels) {
  for (size_t channels = 1; channels <= 20; ++channels) {
    checkGemm({.rows = 6, .channels = channels, .pixels = 21});
  }
  // More than any buffer inside a kernel holds at once.
  checkGemm({.rows = 5, .channels = 1031, .pixels = 75});
}

TEST(Gemm, agreesForManyPixels) {
  checkGemm({.rows = 9, .channels = 40, .pixels = 1023});
  checkGemm({.rows = 8, .channels = 64, .pixels = 1024});
  checkGemm({.rows = 7, .channels = 3, .pixels = 5003});
}

TEST(Gemm, addsTheResidualBeforeItClamps) {
  for (const Clamp& clamp : clamps()) {
    for (const size_t pixels : {1, 6, 16, 31, 64}) {
      checkGemm({.rows = 6, .channels = 7, .pixels = pixels, .clamp = clamp});
      checkGemm({.rows = 6, .channels = 7, .pixels = pixels, .withResidual = true, .clamp = clamp});
    }
  }
}

TEST(Gemm, nanAndInfinityPropagate) {
  for (const Clamp& clamp : clamps()) {
    checkGemm({.rows = 7, .channels = 6, .pixels = 77, .clamp = clamp, .wild = true});
  }
}

TEST(Gemv, agreesForEveryNumberOfRowsAndPixelsAroundTheTile) {
  for (const GemvKernel& kernel : simdKernels().gemv) {
    for (size_t rows = 1; rows <= 2 * kernel.rowBlock + 1; ++rows) {
      for (size_t pixels = 1; pixels <= 17; ++pixels) {
        checkGemv({.rows = rows, .channels = 7, .pixels = pixels});
      }
    }
  }
}

TEST(Gemv, agreesForAnyNumberOfChannels) {
  for (size_t channels = 1; channels <= 20; ++channels) {
    checkGemv({.rows = 11, .channels = channels, .pixels = 1});
    checkGemv({.rows = 11, .channels = channels, .pixels = 6});
  }
  checkGemv({.rows = 9, .channels = 1031, .pixels = 1});
}

TEST(Gemv, addsTheResidualBeforeItClamps) {
  for (const Clamp& clamp : clamps()) {
    for (const size_t pixels : {1, 2, 3, 4, 9}) {
      checkGemv({.rows = 13, .channels = 7, .pixels = pixels, .clamp = clamp});
      checkGemv(
          {.rows = 13, .channels = 7, .pixels = pixels, .withResidual = true, .clamp = clamp});
    }
  }
}

TEST(Gemv, nanAndInfinityPropagate) {
  for (const Clamp& clamp : clamps()) {
    checkGemv({.rows = 21, .channels = 3, .pixels = 9, .clamp = clamp, .wild = true});
  }
}

}  // namespace
}  // namespace filigree::test
