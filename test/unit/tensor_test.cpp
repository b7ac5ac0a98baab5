// Shapes, element types, layouts.
#include "tensor.h"

#include <gtest/gtest.h>

namespace filigree::test {
namespace {

TEST(DType, bytesAndNames) {
  EXPECT_EQ(dtypeBytes(DType::Float32), 4u);
  EXPECT_EQ(dtypeBytes(DType::Float16), 2u);
  EXPECT_EQ(dtypeBytes(DType::Int32), 4u);
  EXPECT_EQ(dtypeBytes(DType::Int64), 8u);
  EXPECT_EQ(dtypeBytes(DType::Int8), 1u);
  EXPECT_EQ(dtypeBytes(DType::UInt8), 1u);
  EXPECT_EQ(dtypeBytes(DType::Bool), 1u);
  EXPECT_EQ(dtypeBytes(DType::Other), 0u);
  EXPECT_STREQ(dtypeName(DType::Float16), "float16");
  EXPECT_STREQ(dtypeName(DType::Other), "other");
}

TEST(Shape, countsElements) {
  EXPECT_EQ(Shape{}.elements(), 1u);
  EXPECT_EQ((Shape{1, 2, 3, 4}).elements(), 24u);
  EXPECT_EQ((Shape{5, 0, 3}).elements(), 0u);
  EXPECT_EQ((Shape{1, 2, 3, 4}).height(), 2);
  EXPECT_EQ((Shape{1, 2, 3, 4}).channels(), 4);
}

TEST(Shape, comparesRankAndSizes) {
  EXPECT_EQ((Shape{1, 2}), (Shape{1, 2}));
  EXPECT_FALSE((Shape{1, 2}) == (Shape{1, 2, 1}));
  EXPECT_FALSE((Shape{1, 2}) == (Shape{1, 3}));
  EXPECT_EQ(Shape{}, Shape{});
}

TEST(Shape, hasAText) {
  EXPECT_EQ(shapeText({}), "scalar");
  EXPECT_EQ(shapeText({1, 96, 96, 32}), "1×96×96×32");
  EXPECT_EQ(shapeText({-1}), "-1");
}

TEST(IsValidShape, boundsTheProduct) {
  EXPECT_TRUE(isValidShape({}));
  EXPECT_TRUE(isValidShape({0}));
  EXPECT_TRUE(isValidShape({1 << 28}));
  EXPECT_TRUE(isValidShape({1 << 14, 1 << 14}));
  EXPECT_FALSE(isValidShape({(1 << 28) + 1}));
  EXPECT_FALSE(isValidShape({1 << 14, (1 << 14) + 1}));
  EXPECT_FALSE(isValidShape({INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}));
  EXPECT_FALSE(isValidShape({-1}));
  EXPECT_FALSE(isValidShape({INT32_MIN, 0}));
}

TEST(IsValidShape, isNotFooledByAZeroAmongHugeSizes) {
  EXPECT_FALSE(isValidShape({0, INT32_MAX, INT32_MAX}));
  EXPECT_FALSE(isValidShape({INT32_MAX, INT32_MAX, 0}));
  EXPECT_TRUE(isValidShape({0, 1 << 28}));
}

TEST(PlaneStride, leavesAGapWhereCachesWouldMixPlanesUp) {
  EXPECT_EQ(planeStride(3, 5), 15u);
  EXPECT_EQ(planeStride(1, 1), 1u);
  for (const size_t size : {16, 48, 96, 128}) {
    // Whole cache lines, but not a multiple of 1024 bytes.
    EXPECT_GT(planeStride(size, size), size * size);
    EXPECT_NE(planeStride(size, size) * sizeof(float) % 1024, 0u);
    EXPECT_EQ(planeStride(size, size) * sizeof(float) % 64, 0u);
  }
}

TEST(PlaneStride, beginsPlanesWhereVectorsDo) {
  EXPECT_EQ(planeStride(7, 7), 52u);
  EXPECT_EQ(planeStride(6, 6), 36u);
  // Too small to be worth it.
  EXPECT_EQ(planeStride(5, 5), 25u);
  // What is aligned may need a gap only then.
  EXPECT_EQ(planeStride(15, 17), 256u + 16);
  EXPECT_EQ(planeStride(0, 7), 0u);
}

TEST(StorageFloats, chwHasNoGapBehindTheLastPlane) {
  const Shape shape = {2, 3, 5, 7};
  EXPECT_EQ(storageFloats(shape, Layout::RowMajor), 210u);
  EXPECT_EQ(storageFloats(shape, Layout::Chw), 210u);
  const Shape large = {1, 96, 96, 8};
  EXPECT_EQ(storageFloats(large, Layout::RowMajor), 8u * 9216);
  EXPECT_EQ(storageFloats(large, Layout::Chw), 7 * planeStride(96, 96) + 9216);
  EXPECT_EQ(storageFloats({1, 0, 16, 4}, Layout::Chw), 0u);
}

/// Where an element lies, from the view.
size_t offsetOf(const StridedView& view, const std::array<int, 4>& coordinates) {
  ptrdiff_t offset = 0;
  for (size_t axis = 0; axis < coordinates.size(); ++axis) {
    offset += coordinates[axis] * view.stride[axis];
  }
  return static_cast<size_t>(offset);
}

TEST(StridedView, rowMajorIsTheLogicalOrder) {
  const Shape shape = {2, 3, 5, 7};
  const StridedView view = stridedView(shape, Layout::RowMajor);
  size_t expected = 0;
  for (int n = 0; n < 2; ++n) {
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 5; ++x) {
        for (int c = 0; c < 7; ++c) {
          EXPECT_EQ(offsetOf(view, {n, y, x, c}), expected++);
        }
      }
    }
  }
}

TEST(StridedView, chwHasPlanesOfRows) {
  const Shape shape = {2, 3, 5, 7};
  const StridedView view = stridedView(shape, Layout::Chw);
  for (int n = 0; n < 2; ++n) {
    for (int c = 0; c < 7; ++c) {
      for (int y = 0; y < 3; ++y) {
        for (int x = 0; x < 5; ++x) {
          const size_t plane = static_cast<size_t>(n * 7 + c) * planeStride(3, 5);
          EXPECT_EQ(offsetOf(view, {n, y, x, c}), plane + static_cast<size_t>(y * 5 + x));
        }
      }
    }
  }
  EXPECT_EQ(view.rank, 4);
  EXPECT_EQ(view.extent[1], 3u);
  EXPECT_EQ(view.extent[3], 7u);
}

TEST(StridedView, scalarsHaveRankZero) {
  EXPECT_EQ(stridedView({}, Layout::RowMajor).rank, 0);
}

TEST(IsOneRun, inPlanesChannelsOfOnePictureAre) {
  const Shape whole = {1, 5, 7, 12};
  EXPECT_TRUE(isOneRun({1, 5, 7, 4}, whole, Layout::Chw));
  EXPECT_FALSE(isOneRun({1, 5, 3, 12}, whole, Layout::Chw));
  EXPECT_FALSE(isOneRun({1, 2, 7, 12}, whole, Layout::Chw));
  EXPECT_FALSE(isOneRun({2, 5, 7, 4}, {2, 5, 7, 12}, Layout::Chw));
  EXPECT_TRUE(isOneRun({2, 5, 7, 12}, {6, 5, 7, 12}, Layout::Chw));
  // Rows of a single plane.
  EXPECT_TRUE(isOneRun({1, 2, 7, 1}, {1, 5, 7, 1}, Layout::Chw));
  EXPECT_FALSE(isOneRun({1, 5, 3, 1}, {1, 5, 7, 1}, Layout::Chw));
}

TEST(IsOneRun, planesOfTheSameStrideButAnotherSizeAreNot) {
  // A gap of as many floats as the last row has.
  ASSERT_EQ(planeStride(16, 16), planeStride(17, 16));
  EXPECT_FALSE(isOneRun({1, 16, 16, 3}, {1, 17, 16, 3}, Layout::Chw));
}

TEST(IsOneRun, inRowsThoseOfTheOutermostAxisAre) {
  EXPECT_TRUE(isOneRun({1, 3, 8}, {1, 9, 8}, Layout::RowMajor));
  EXPECT_FALSE(isOneRun({2, 3, 8}, {2, 9, 8}, Layout::RowMajor));
  EXPECT_FALSE(isOneRun({1, 9, 4}, {1, 9, 8}, Layout::RowMajor));
  EXPECT_TRUE(isOneRun({4}, {9}, Layout::RowMajor));
  EXPECT_TRUE(isOneRun({9, 8}, {9, 8}, Layout::RowMajor));
}

TEST(LayoutsCoincide, wherePixelsAndChannelsDoNotMix) {
  EXPECT_TRUE(layoutsCoincide({3, 1, 1, 7}));
  EXPECT_TRUE(layoutsCoincide({3, 1, 1, 1}));
  EXPECT_FALSE(layoutsCoincide({1, 2, 1, 2}));
  EXPECT_TRUE(layoutsCoincide({1, 16, 16, 1}));
  EXPECT_FALSE(layoutsCoincide({2, 16, 16, 1}));  // a gap between the two
  for (const Shape& shape : {Shape{1, 5, 3, 1}, Shape{2, 1, 1, 9}, Shape{1, 2, 3, 4},
                             Shape{1, 16, 16, 1}, Shape{2, 16, 16, 1}}) {
    const StridedView rows = stridedView(shape, Layout::RowMajor);
    const StridedView planes = stridedView(shape, Layout::Chw);
    bool same = true;
    for (size_t axis = 0; axis < 4; ++axis) {
      same = same && (rows.extent[axis] == 1 || rows.stride[axis] == planes.stride[axis]);
    }
    if (layoutsCoincide(shape)) {
      EXPECT_TRUE(same) << shapeText(shape);
    }
  }
}

}  // namespace
}  // namespace filigree::test
