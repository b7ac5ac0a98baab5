// Elementwise kernels, and those for whole planes and rows.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels.h"
#include "kernels/measure.h"

namespace filigree::bench {

void benchElementwise() {
  constexpr size_t kCounts[] = {32 * 9216, 128 * 144, 256};
  for (const size_t count : kCounts) {
    const size_t copies = copiesFor(3 * count);
    Buffers a(copies, count);
    Buffers b(copies, count);
    Buffers output(copies, count);
    const std::string text = std::to_string(count);
    for (const BinaryKernel& kernel : simdKernels().binary) {
      measure(kernel.name, text, static_cast<double>(count), "G elements/s", copies,
              [&](size_t copy) {
                kernel.run({.count = count,
                            .a = a[copy],
                            .b = b[copy],
                            .bIsScalar = false,
                            .output = output[copy],
                            .clamp = {0.0f, 6.0f}});
              });
    }
    for (const UnaryKernel& kernel : simdKernels().unary) {
      measure(kernel.name, text, static_cast<double>(count), "G elements/s", copies,
              [&](size_t copy) {
                kernel.run({.count = count,
                            .input = a[copy],
                            .output = output[copy],
                            .parameter = 0.25f,
                            .clamp = {0.0f, 6.0f}});
              });
    }
  }
}

void benchPlanes() {
  const KernelTable& kernels = simdKernels();
  for (const size_t size : {96, 24, 7}) {
    const size_t count = size * size;
    const size_t copies = copiesFor(3 * count);
    Buffers a(copies, count);
    Buffers b(copies, count);
    Buffers output(copies, count + 1);
    std::vector<int32_t> left(count);
    std::vector<int32_t> right(count);
    for (size_t i = 0; i < count; ++i) {
      left[i] = static_cast<int32_t>(i / 2);
      right[i] = static_cast<int32_t>(std::min(i / 2 + 1, count - 1));
    }
    // Twice as wide as the input, as a decoder's stages are.
    std::vector<LerpGroup> groups((count + 3) / 4);
    for (size_t group = 0; group < groups.size(); ++group) {
      groups[group].first = static_cast<int32_t>(2 * group);
      for (uint8_t byte = 0; byte < 16; ++byte) {
        const uint8_t first = byte / 8 * 4 + byte % 4;
        groups[group].left[byte] = first;
        groups[group].right[byte] = first + 4;
      }
    }
    const std::string text = std::to_string(count);
    const double work = static_cast<double>(count);
    measure("f32_sum", text, work, "G elements/s", copies,
            [&](size_t copy) { output[copy][0] = kernels.sum(a[copy], count); });
    measure("f32_lerp", text, work, "G elements/s", copies,
            [&](size_t copy) { kernels.lerp(a[copy], b[copy], 0.25f, output[copy], count); });
    measure("f32_lerp_gather", text, work, "G elements/s", copies, [&](size_t copy) {
      kernels.lerpGather(a[copy], left.data(), right.data(), b[copy], output[copy], count);
    });
    measure("f32_lerp_groups", text, work, "G elements/s", copies, [&](size_t copy) {
      kernels.lerpGroups(a[copy], groups.data(), output[copy], count);
    });
    measure("f32_transpose", text + " square", work, "G elements/s", copies,
            [&](size_t copy) { kernels.transpose(a[copy], size, output[copy], size, size, size); });
    measure("f32_transpose", text + " to planes", work, "G elements/s", copies, [&](size_t copy) {
      kernels.transpose(a[copy], 3, output[copy], count / 3, count / 3, 3);
    });
    for (const size_t phases : {size_t{1}, size_t{2}}) {
      measure("f32_border", text + " square, " + std::to_string(phases) + " phases", work,
              "G elements/s", copies, [&](size_t copy) {
                kernels.border({.rows = size - 2,
                                .columns = size - 2,
                                .input = a[copy],
                                .inputRow = size - 2,
                                .before = 1,
                                .phases = phases,
                                .phaseFloats = (size + phases - 1) / phases,
                                .border = 0,
                                .output = output[copy]});
              });
    }
  }
}

}  // namespace filigree::bench
