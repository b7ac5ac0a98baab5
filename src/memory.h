// Block: the fallible allocator for everything large (file, packed weights, arena, scratch).
//
// A failed allocation is a status here, unlike a failed `operator new`, which ends the instance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace filigree {

/// Kernels may read up to this many bytes past the last element of a buffer, a few also before its
/// first (never write); every buffer that a kernel reads has that much readable memory on both
/// sides.
inline constexpr size_t kOverReadBytes = 64;

/// Alignment of every block and of every buffer in the arena: one cache line.
inline constexpr size_t kAlignmentBytes = 64;

template <typename Bytes>
constexpr Bytes alignUp(Bytes bytes) {
  return (bytes + kAlignmentBytes - 1) & ~Bytes{kAlignmentBytes - 1};
}

/// Owns aligned bytes. Move only.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  Block(Block&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Block& operator=(Block&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Block() { release(); }

  /// False when there is not that much memory; the block is then empty. The over-read slack is
  /// added here, so `size()` bytes may be written and kOverReadBytes more on both sides be read.
  [[nodiscard]] bool allocate(size_t bytes) {
    release();
    if (bytes > SIZE_MAX - 3 * kOverReadBytes) return false;
    void* start = std::aligned_alloc(kAlignmentBytes, alignUp(bytes + 2 * kOverReadBytes));
    if (start == nullptr) return false;
    data_ = static_cast<uint8_t*>(start) + kOverReadBytes;
    bytes_ = bytes;
    return true;
  }

  void release() {
    if (data_ != nullptr) std::free(data_ - kOverReadBytes);
    data_ = nullptr;
    bytes_ = 0;
  }

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  float* floats() { return reinterpret_cast<float*>(data_); }
  const float* floats() const { return reinterpret_cast<const float*>(data_); }
  size_t size() const { return bytes_; }

 private:
  uint8_t* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace filigree
