// Pixels of bytes to floats against the scalar function, bit for bit.
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

constexpr float kMean[4] = {123.675f, 116.28f, 103.53f, 0.0f};
constexpr float kStd[4] = {58.395f, 57.12f, 57.375f, 0.0f};

NormalizeArgs argsOf(size_t pixels, size_t bytesPerPixel) {
  NormalizeArgs args = {};
  args.pixels = pixels;
  args.bytesPerPixel = bytesPerPixel;
  std::copy_n(kMean, 4, args.mean);
  std::copy_n(kStd, 4, args.std);
  return args;
}

void fill(uint8_t* bytes, size_t count) {
  Random random(static_cast<uint32_t>(count));
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(random.below(256));
}

TEST(Normalize, agreesForEveryCountOfPixels) {
  for (const size_t bytesPerPixel : {3, 4}) {
    for (size_t pixels = 0; pixels <= 21; ++pixels) {
      SCOPED_TRACE(testing::Message() << pixels << " pixels of " << bytesPerPixel << " bytes");
      Input<uint8_t> bytes(pixels * bytesPerPixel);
      fill(bytes.data(), bytes.size());
      NormalizeArgs args = argsOf(pixels, bytesPerPixel);
      args.bytes = bytes.data();
      const auto run = [&args](NormalizeFunction function, float* output) {
        args.output = output;
        function(args);
      };
      expectEqual(
          3 * pixels, [&](float* output) { run(simdKernels().normalize, output); },
          [&](float* output) { run(referenceKernels().normalize, output); });
    }
  }
}

TEST(Normalize, everyByteInEveryChannelIsRoundedTwice) {
  Input<uint8_t> bytes(3 * 256);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i / 3);
  Output output(3 * 256);
  NormalizeArgs args = argsOf(256, 3);
  args.bytes = bytes.data();
  args.output = output.data();
  simdKernels().normalize(args);
  for (size_t i = 0; i < output.size(); ++i) {
    const float difference = static_cast<float>(i / 3) - kMean[i % 3];
    EXPECT_EQ(output.data()[i], difference / kStd[i % 3]) << "element " << i;
  }
}

TEST(Normalize, theOutputMayLieOverBytesThatEndWithIt) {
  for (const auto& kernels : {&simdKernels(), &referenceKernels()}) {
    for (const size_t bytesPerPixel : {3, 4}) {
      for (size_t pixels = 1; pixels <= 21; ++pixels) {
        SCOPED_TRACE(testing::Message()
                     << pixels << " pixels of " << bytesPerPixel << " bytes, " << kernels->name);
        Input<uint8_t> bytes(pixels * bytesPerPixel);
        fill(bytes.data(), bytes.size());
        NormalizeArgs args = argsOf(pixels, bytesPerPixel);
        args.bytes = bytes.data();
        const auto apart = [&](float* output) {
          args.output = output;
          referenceKernels().normalize(args);
        };
        const auto inPlace = [&](float* output) {
          auto* end = reinterpret_cast<uint8_t*>(output + 3 * pixels);
          std::copy_n(bytes.data(), bytes.size(), end - bytes.size());
          NormalizeArgs same = args;
          same.bytes = end - bytes.size();
          same.output = output;
          kernels->normalize(same);
        };
        expectEqual(3 * pixels, inPlace, apart);
      }
    }
  }
}

}  // namespace
}  // namespace filigree::test
