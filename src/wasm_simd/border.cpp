// Borders: in come rows of a plane, out goes the source of a window kernel (kernels.h, BorderArgs).
//
// Rows are short (6 to 130 floats), so what counts is the cost of a row, not of a float. The
// compiler would turn the copying loops into calls of memcpy and memset, which cost more than most
// rows.
#include "wasm_simd/simd.h"
#include "wasm_simd/simd_kernels.h"

#define FILIGREE_NO_LIBRARY_CALLS __attribute__((no_builtin("memcpy", "memmove", "memset")))

namespace filigree::simd {
namespace {

FILIGREE_NO_LIBRARY_CALLS inline void fill(float* from, float* to, float value) {
  for (; from < to; ++from) *from = value;
}

/// One phase: the row as it is.
FILIGREE_NO_LIBRARY_CALLS inline void copyRow(const float* input, size_t columns, float* output) {
  size_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) store(output + i, load(input + i));
  if (i < columns) storeLanes(output + i, load(input + i), columns - i);
}

/// Two phases: input[0], input[2] … to `first`, input[1], input[3] … to `second`.
FILIGREE_NO_LIBRARY_CALLS inline void splitRow(const float* input, size_t columns, float* first,
                                               float* second) {
  size_t i = 0;
  for (; i < columns; i += 2 * kLanes) {
    const v128_t low = load(input + i);
    const v128_t high = load(input + i + kLanes);
    const v128_t evens = wasm_i32x4_shuffle(low, high, 0, 2, 4, 6);
    const v128_t odds = wasm_i32x4_shuffle(low, high, 1, 3, 5, 7);
    const size_t left = columns - i;
    if (left >= 2 * kLanes) {
      store(first + i / 2, evens);
      store(second + i / 2, odds);
      continue;
    }
    storeLanes(first + i / 2, evens, (left + 1) / 2);
    if (left > 1) storeLanes(second + i / 2, odds, left / 2);
  }
}

FILIGREE_NO_LIBRARY_CALLS void borderOnePhase(const BorderArgs& args) {
  const float* input = args.input;
  float* output = args.output;
  for (size_t row = 0; row < args.rows; ++row) {
    float* const inside = output + args.before;
    float* const end = output + args.phaseFloats;
    fill(output, inside, args.border);
    copyRow(input, args.columns, inside);
    fill(inside + args.columns, end, args.border);
    input += args.inputRow;
    output = end;
  }
}

FILIGREE_NO_LIBRARY_CALLS void borderTwoPhases(const BorderArgs& args) {
  const float* input = args.input;
  float* output = args.output;
  const size_t firstPhase = args.before % 2;  // of the plane's column 0
  for (size_t row = 0; row < args.rows; ++row) {
    float* const phases[2] = {output, output + args.phaseFloats};
    float* const first = phases[firstPhase] + args.before / 2;
    float* const second = phases[1 - firstPhase] + (args.before + 1) / 2;
    fill(phases[firstPhase], first, args.border);
    fill(phases[1 - firstPhase], second, args.border);
    splitRow(input, args.columns, first, second);
    fill(first + (args.columns + 1) / 2, phases[firstPhase] + args.phaseFloats, args.border);
    fill(second + args.columns / 2, phases[1 - firstPhase] + args.phaseFloats, args.border);
    input += args.inputRow;
    output += 2 * args.phaseFloats;
  }
}

/// Rare strides: element by element.
FILIGREE_NO_LIBRARY_CALLS void borderManyPhases(const BorderArgs& args) {
  const size_t rowFloats = args.phases * args.phaseFloats;
  fill(args.output, args.output + args.rows * rowFloats, args.border);
  for (size_t row = 0; row < args.rows; ++row) {
    for (size_t i = 0; i < args.columns; ++i) {
      const size_t column = args.before + i;
      args.output[row * rowFloats + column % args.phases * args.phaseFloats +
                  column / args.phases] = args.input[row * args.inputRow + i];
    }
  }
}

}  // namespace

void f32_border(const BorderArgs& args) {
  if (args.columns == 0) {
    fill(args.output, args.output + args.rows * args.phases * args.phaseFloats, args.border);
  } else if (args.phases == 1) {
    borderOnePhase(args);
  } else if (args.phases == 2) {
    borderTwoPhases(args);
  } else {
    borderManyPhases(args);
  }
}

}  // namespace filigree::simd
