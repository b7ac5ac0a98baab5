// Shapes, element types and the two memory layouts.
//
// Shapes are always in TFLite's logical order (NHWC for feature maps). How a value lies in memory
// is its Layout: a rank-4 feature map is stored as planes (N, C, H, W), everything else row-major
// in logical order. StridedView is the common description of both that generic operators work on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace filigree {

inline constexpr int kMaxRank = 8;

enum class DType : uint8_t { Float32, Float16, Int32, Int64, Int8, UInt8, Bool, Other };

const char* dtypeName(DType dtype);
/// Bytes of one element; 0 for DType::Other.
size_t dtypeBytes(DType dtype);

enum class Layout : uint8_t {
  RowMajor,  // logical order, no gaps
  Chw,       // rank 4 only: planes of height × width, `planeStride` floats apart
};

/// Dimensions in logical order. Every dimension is ≥ 0; the product is checked where shapes are
/// made
/// (`checkShape` in the reader, shape inference in ops/), so `elements()` cannot overflow.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int32_t> dims) {
    for (const int32_t dim : dims) append(dim);
  }

  int rank() const { return rank_; }
  int32_t operator[](int axis) const { return dims_[static_cast<size_t>(axis)]; }
  int32_t& operator[](int axis) { return dims_[static_cast<size_t>(axis)]; }
  void append(int32_t dim) { dims_[static_cast<size_t>(rank_++)] = dim; }
  size_t elements() const;
  bool operator==(const Shape& other) const;

  /// For rank 4 only.
  int32_t batch() const { return dims_[0]; }
  int32_t height() const { return dims_[1]; }
  int32_t width() const { return dims_[2]; }
  int32_t channels() const { return dims_[3]; }

 private:
  std::array<int32_t, kMaxRank> dims_{};
  int rank_ = 0;
};

/// "1×96×96×32", for messages.
std::string shapeText(const Shape& shape);

/// Largest number of elements that a tensor may have, so that byte counts fit 31 bits.
inline constexpr size_t kMaxElements = size_t{1} << 28;

/// Fails (false) when a dimension is negative or the product exceeds kMaxElements.
bool isValidShape(const Shape& shape);

/// Floats between the first pixels of two neighbouring planes. The gap behind a plane, if there is
/// one, has undefined contents. Every plane of one size has the same stride, wherever it is stored.
size_t planeStride(size_t height, size_t width);
/// The same for the planes of a rank-4 map.
size_t planeStride(const Shape& map);

/// Number of floats that a value of this shape takes in memory; a last plane has no gap behind it.
size_t storageFloats(const Shape& shape, Layout layout);

/// Extents of the logical axes and how far apart their neighbours lie in memory, in floats. Generic
/// operators (slices, pads, broadcasts, conversions) work on this and so serve both layouts.
struct StridedView {
  int rank = 0;
  std::array<size_t, kMaxRank> extent{};
  std::array<ptrdiff_t, kMaxRank> stride{};
};

StridedView stridedView(const Shape& shape, Layout layout);

/// Whether a part of a value, which goes through all of it along every axis but some, takes one run
/// of its memory and lies there as it would lie on its own.
bool isOneRun(const Shape& part, const Shape& whole, Layout layout);

/// Whether a value has the same bytes in both layouts, so that converting is a matter of names.
bool layoutsCoincide(const Shape& shape);

}  // namespace filigree
