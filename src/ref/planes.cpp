// Sum, interpolation and rearrangement of whole rows and planes, scalar. The oracle for
// wasm_simd/planes.cpp.
#include "ref/reference.h"

namespace filigree::reference {

float f32_sum_scalar(const float* input, size_t count) {
  float partial[16] = {};
  for (size_t i = 0; i < count; ++i) partial[i % 16] += input[i];
  for (size_t half = 8; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) partial[i] += partial[i + half];
  }
  return partial[0];
}

void f32_lerp_scalar(const float* top, const float* bottom, float fraction, float* output,
                     size_t count) {
  for (size_t i = 0; i < count; ++i) output[i] = top[i] + (bottom[i] - top[i]) * fraction;
}

void f32_lerp_gather_scalar(const float* row, const int32_t* left, const int32_t* right,
                            const float* fraction, float* output, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const float from = row[left[i]];
    output[i] = from + (row[right[i]] - from) * fraction[i];
  }
}

void f32_lerp_groups_scalar(const float* row, const LerpGroup* groups, float* output,
                            size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const LerpGroup& group = groups[i / 4];
    const float* inputs = row + group.first;
    const float from = inputs[group.left[i % 4 * 4] / 4];
    const float to = inputs[group.right[i % 4 * 4] / 4];
    output[i] = from + (to - from) * group.fraction[i % 4];
  }
}

void f32_transpose_scalar(const float* input, size_t inputRow, float* output, size_t outputRow,
                          size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; ++column) {
      output[column * outputRow + row] = input[row * inputRow + column];
    }
  }
}

void f32_border_scalar(const BorderArgs& args) {
  for (size_t row = 0; row < args.rows; ++row) {
    float* output = args.output + row * args.phases * args.phaseFloats;
    for (size_t column = 0; column < args.phases * args.phaseFloats; ++column) {
      const bool inside = column >= args.before && column < args.before + args.columns;
      output[column % args.phases * args.phaseFloats + column / args.phases] =
          inside ? args.input[row * args.inputRow + column - args.before] : args.border;
    }
  }
}

}  // namespace filigree::reference
