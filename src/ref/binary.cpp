// Sums and products of two arrays, scalar. The oracle for wasm_simd/binary.cpp.
#include "ref/reference.h"

namespace filigree::reference {

void f32_add_scalar(const BinaryArgs& args) {
  // In place on a scalar b would change b on the way.
  const float scalar = args.bIsScalar ? args.b[0] : 0.0f;
  for (size_t i = 0; i < args.count; ++i) {
    args.output[i] = clamped(args.a[i] + (args.bIsScalar ? scalar : args.b[i]), args.clamp);
  }
}

void f32_mul_scalar(const BinaryArgs& args) {
  const float scalar = args.bIsScalar ? args.b[0] : 0.0f;
  for (size_t i = 0; i < args.count; ++i) {
    args.output[i] = clamped(args.a[i] * (args.bIsScalar ? scalar : args.b[i]), args.clamp);
  }
}

}  // namespace filigree::reference
