// Buffers that notice a kernel's missteps, random values, and the comparison with the reference;
// used by all kernels_*_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "kernels.h"
#include "memory.h"

namespace filigree::test {

inline constexpr float kInfinity = std::numeric_limits<float>::infinity();
inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The same numbers on every platform.
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed * 2654435761u + 1) {}

  uint32_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
  }
  uint32_t below(uint32_t limit) { return next() % limit; }
  float uniform(float low, float high) {
    return low + (high - low) * static_cast<float>(next() >> 8) / 16777216.0f;
  }
  /// Of either sign and far from denormal.
  float value() {
    const float magnitude = uniform(0.25f, 1.0f);
    return (next() & 1024) != 0 ? magnitude : -magnitude;
  }
  /// One in ten is NaN or infinite.
  float wildValue() {
    switch (below(30)) {
      case 0:
        return kNaN;
      case 1:
        return kInfinity;
      case 2:
        return -kInfinity;
      default:
        return value();
    }
  }

 private:
  uint32_t state_;
};

/// What a kernel may read: elements that end exactly kOverReadBytes before the end of their
/// allocation, aligned to 4 bytes and no better. Under AddressSanitizer a read further on is an
/// error; everywhere the readable bytes behind the elements are NaN, so that none may end up in a
/// result.
template <typename T>
class Input {
 public:
  explicit Input(size_t count) : count_(count) {
    // malloc aligns to 16; one element more in front spoils that.
    bytes_ = static_cast<uint8_t*>(std::malloc(sizeof(T) + count * sizeof(T) + kOverReadBytes));
    std::memset(bytes_, 0xff, sizeof(T) + count * sizeof(T) + kOverReadBytes);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() { std::free(bytes_); }

  T* data() { return reinterpret_cast<T*>(bytes_ + sizeof(T)); }
  const T* data() const { return reinterpret_cast<const T*>(bytes_ + sizeof(T)); }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + count_; }

  void assign(const std::vector<T>& values) {
    ASSERT_EQ(values.size(), count_);
    std::copy(values.begin(), values.end(), data());
  }

 private:
  uint8_t* bytes_;
  size_t count_;
};

/// What a kernel writes: every element, and kGuard more on both sides, starts as a NaN that no
/// computation yields.
class Output {
 public:
  static constexpr size_t kGuard = 32;
  static constexpr uint32_t kCanary = 0xffc0dead;

  explicit Output(size_t count) : bits_(count + 2 * kGuard, kCanary) {}
  float* data() { return reinterpret_cast<float*>(bits_.data()) + kGuard; }
  size_t size() const { return bits_.size() - 2 * kGuard; }
  /// Including the guards, for comparison.
  size_t allSize() const { return bits_.size(); }
  bool written(size_t i) const { return bits_[i] != kCanary; }
  float at(size_t i) const {
    float value;
    std::memcpy(&value, &bits_[i], sizeof(value));
    return value;
  }

 private:
  std::vector<uint32_t> bits_;
};

/// Runs `kernel`, `reference` and, for the tolerance, `magnitude` on outputs of `count` floats.
/// `magnitude` is the reference again on the absolute values of all inputs, without a clamp, and so
/// yields Σ|w||x| for each element.
///
/// With n terms, a float32 sum of products is off by at most (n + 1) · 2^-24 · Σ|w||x| to first
/// order, whatever the order of its steps; a residual and the rounding of the result are one term
/// more. The two sums may be off in opposite directions: (n + 2) · 2^-23 · Σ|w||x|. Clamping brings
/// two numbers no further apart.
inline void expectSame(size_t count, size_t terms, const std::function<void(float*)>& kernel,
                       const std::function<void(float*)>& reference,
                       const std::function<void(float*)>& magnitude) {
  Output actual(count);
  Output expected(count);
  Output size(count);
  kernel(actual.data());
  reference(expected.data());
  magnitude(size.data());
  const float factor = static_cast<float>(terms + 2) * std::ldexp(1.0f, -23);
  for (size_t i = 0; i < actual.allSize(); ++i) {
    const ptrdiff_t at = static_cast<ptrdiff_t>(i) - static_cast<ptrdiff_t>(Output::kGuard);
    if (!expected.written(i)) {
      ASSERT_FALSE(actual.written(i)) << "wrote outside, at element " << at << " of " << count;
      continue;
    }
    ASSERT_TRUE(actual.written(i)) << "did not write element " << at << " of " << count;
    const float a = actual.at(i);
    const float e = expected.at(i);
    if (std::isnan(e) || std::isinf(e)) {
      ASSERT_TRUE(std::isnan(e) ? std::isnan(a) : a == e)
          << a << " instead of " << e << " at element " << at << " of " << count;
    } else {
      ASSERT_LE(std::abs(a - e), factor * size.at(i))
          << a << " instead of " << e << " at element " << at << " of " << count;
    }
  }
}

/// For kernels without rounding of their own: bit for bit, NaN being NaN.
inline void expectEqual(size_t count, const std::function<void(float*)>& kernel,
                        const std::function<void(float*)>& reference) {
  expectSame(count, 0, kernel, reference,
             [&](float* magnitude) { std::fill_n(magnitude, count, 0.0f); });
}

inline void absolute(Input<float>& values) {
  for (float& value : values) value = std::abs(value);
}

/// Clamps that cut nothing, one side and both sides.
inline const std::vector<Clamp>& clamps() {
  static const std::vector<Clamp> all = {{}, {0.0f, kInfinity}, {-0.5f, 0.5f}};
  return all;
}

}  // namespace filigree::test
