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

void f32_transpose_scalar(const float* input, size_t inputRow, float* output, size_t outputRow,
                          size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; ++column) {
      output[column * outputRow + row] = input[row * inputRow + column];
    }
  }
}

void f32_deinterleave_scalar(const float* input, float* even, float* odd, size_t count) {
  for (size_t i = 0; i < count; ++i) (i % 2 == 0 ? even : odd)[i / 2] = input[i];
}

}  // namespace filigree::reference
