#include "tensor.h"

#include "text.h"

namespace filigree {

namespace {

/// The first caches choose a line's place by the low 12 bits of its address. Planes a multiple of
/// 1024 bytes apart would meet in at most four places, and a 1×1 convolution, which reads the same
/// pixels of all planes, would lose from the cache what it needs next. One line of gap between
/// planes spreads them. (`kernels_bench spmm --gap 16` against `--gap 0`: 96 × 96 a third faster.)
constexpr size_t kCacheAliasFloats = 256;
constexpr size_t kGapFloats = 16;

/// Planes begin where vectors do, or every fourth load of 7×7 pixels would reach into a second
/// cache line (`kernels_bench x49 --gap 3` against `--gap 0`: 1.1 times as fast). For the smallest
/// planes that would be too much memory.
constexpr size_t kVectorFloats = 4;
constexpr size_t kSmallestAlignedPlane = 32;

}  // namespace

const char* dtypeName(DType dtype) {
  switch (dtype) {
    case DType::Float32:
      return "float32";
    case DType::Float16:
      return "float16";
    case DType::Int32:
      return "int32";
    case DType::Int64:
      return "int64";
    case DType::Int8:
      return "int8";
    case DType::UInt8:
      return "uint8";
    case DType::Bool:
      return "bool";
    case DType::Other:
      break;
  }
  return "other";
}

size_t dtypeBytes(DType dtype) {
  switch (dtype) {
    case DType::Float32:
    case DType::Int32:
      return 4;
    case DType::Float16:
      return 2;
    case DType::Int64:
      return 8;
    case DType::Int8:
    case DType::UInt8:
    case DType::Bool:
      return 1;
    case DType::Other:
      break;
  }
  return 0;
}

size_t Shape::elements() const {
  size_t product = 1;
  for (int axis = 0; axis < rank_; ++axis) product *= static_cast<size_t>((*this)[axis]);
  return product;
}

bool Shape::operator==(const Shape& other) const {
  if (rank_ != other.rank_) return false;
  for (int axis = 0; axis < rank_; ++axis) {
    if ((*this)[axis] != other[axis]) return false;
  }
  return true;
}

std::string shapeText(const Shape& shape) {
  if (shape.rank() == 0) return "scalar";
  std::string out;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axis > 0) out += "×";
    appendText(out, shape[axis]);
  }
  return out;
}

bool isValidShape(const Shape& shape) {
  size_t product = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] < 0) return false;
    // A zero counts as one, so that the strides of an empty tensor cannot overflow either.
    const size_t dim = shape[axis] == 0 ? 1 : static_cast<size_t>(shape[axis]);
    if (product > kMaxElements / dim) return false;
    product *= dim;
  }
  return true;
}

size_t planeStride(size_t height, size_t width) {
  const size_t pixels = height * width;
  if (pixels < kSmallestAlignedPlane) return pixels;
  const size_t aligned = (pixels + kVectorFloats - 1) / kVectorFloats * kVectorFloats;
  return aligned % kCacheAliasFloats == 0 ? aligned + kGapFloats : aligned;
}

size_t planeStride(const Shape& map) {
  return planeStride(static_cast<size_t>(map.height()), static_cast<size_t>(map.width()));
}

size_t storageFloats(const Shape& shape, Layout layout) {
  const size_t elements = shape.elements();
  if (layout == Layout::RowMajor || elements == 0) return elements;
  const auto height = static_cast<size_t>(shape.height());
  const auto width = static_cast<size_t>(shape.width());
  const size_t planes = elements / (height * width);
  return (planes - 1) * planeStride(height, width) + height * width;
}

StridedView stridedView(const Shape& shape, Layout layout) {
  StridedView view;
  view.rank = shape.rank();
  ptrdiff_t stride = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    view.extent[static_cast<size_t>(axis)] = static_cast<size_t>(shape[axis]);
    view.stride[static_cast<size_t>(axis)] = stride;
    stride *= shape[axis];
  }
  if (layout == Layout::Chw) {
    const auto plane = static_cast<ptrdiff_t>(planeStride(shape));
    view.stride = {plane * shape.channels(), shape.width(), 1, plane};
  }
  return view;
}

bool isOneRun(const Shape& part, const Shape& whole, Layout layout) {
  constexpr int kOrderOfPlanes[] = {0, 3, 1, 2};
  bool isWithin = false;  // behind the outermost axis that has more than one element
  for (int i = 0; i < whole.rank(); ++i) {
    const int axis = layout == Layout::Chw ? kOrderOfPlanes[i] : i;
    if (isWithin && part[axis] != whole[axis]) return false;
    isWithin = isWithin || whole[axis] > 1;
  }
  return true;
}

bool layoutsCoincide(const Shape& shape) {
  const auto height = static_cast<size_t>(shape.height());
  const auto width = static_cast<size_t>(shape.width());
  if (shape.batch() == 1 && shape.channels() == 1) return true;
  if (planeStride(height, width) != height * width) return false;
  return height * width == 1 || shape.channels() == 1;
}

}  // namespace filigree
