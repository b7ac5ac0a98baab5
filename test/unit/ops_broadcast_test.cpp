// Broadcasting loops and strided copies against plain loops over coordinates.
#include "ops/broadcast.h"

#include "strided.h"
#include "unit/graph_support.h"
#include "unit/kernels_support.h"

namespace filigree::test {
namespace {

/// Calls visit(coordinates) for every element of the shape.
void forEachElement(const Shape& shape, const std::function<void(const std::vector<int>&)>& visit) {
  std::vector<int> at(static_cast<size_t>(shape.rank()), 0);
  for (size_t i = 0; i < shape.elements(); ++i) {
    visit(at);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      if (++at[static_cast<size_t>(axis)] < shape[axis]) break;
      at[static_cast<size_t>(axis)] = 0;
    }
  }
}

/// Offset of the element; axes of extent 1 stay at 0, as in broadcasting.
ptrdiff_t offsetOf(const Shape& shape, Layout layout, const std::vector<int>& at) {
  const StridedView view = stridedView(shape, layout);
  ptrdiff_t offset = 0;
  for (size_t axis = 0; axis < at.size(); ++axis) {
    if (view.extent[axis] > 1) offset += at[axis] * view.stride[axis];
  }
  return offset;
}

void expectBroadcast(const Shape& a, const Shape& b, Layout layout, size_t threads = 1) {
  Shape output;
  ASSERT_TRUE(broadcastShapes(a, b, &output));
  SCOPED_TRACE(shapeText(a) + " and " + shapeText(b));
  const Shape wideA = expandRank(a, output.rank());
  const Shape wideB = expandRank(b, output.rank());
  std::vector<float> dataA(storageFloats(wideA, layout));
  std::vector<float> dataB(storageFloats(wideB, layout));
  for (size_t i = 0; i < dataA.size(); ++i) dataA[i] = static_cast<float>(i);
  for (size_t i = 0; i < dataB.size(); ++i) dataB[i] = static_cast<float>(1000 * i);

  const BroadcastLoop loop(a, b, output, layout, threads);
  EXPECT_EQ(loop.elements(), output.elements());
  std::vector<float> result(storageFloats(output, layout), -1.0f);
  // In pieces, as threads do it.
  for (size_t part = 0; part < loop.parts(); part += 3) {
    for (size_t first = 0; first < loop.runElements(); first += 7) {
      const PlaneRange range = {part, std::min(part + 3, loop.parts()), first,
                                std::min(first + 7, loop.runElements())};
      loop.walk(dataA.data(), dataB.data(), result.data(), range,
                [](const float* left, const float* right, bool oneLeft, bool oneRight, float* out,
                   size_t count) {
                  for (size_t i = 0; i < count; ++i) {
                    out[i] = left[oneLeft ? 0 : i] + right[oneRight ? 0 : i];
                  }
                });
    }
  }
  forEachElement(output, [&](const std::vector<int>& at) {
    const float expected = dataA[static_cast<size_t>(offsetOf(wideA, layout, at))] +
                           dataB[static_cast<size_t>(offsetOf(wideB, layout, at))];
    EXPECT_EQ(result[static_cast<size_t>(offsetOf(output, layout, at))], expected);
  });
}

TEST(Broadcast, everyCombinationOfRank4Shapes) {
  const Shape full{2, 3, 4, 5};
  // Each bit of the mask: this axis of that operand is 1.
  for (int mask = 0; mask < 256; ++mask) {
    Shape a = full;
    Shape b = full;
    for (int axis = 0; axis < 4; ++axis) {
      if ((mask >> axis) & 1) a[axis] = 1;
      if ((mask >> (axis + 4)) & 1) b[axis] = 1;
    }
    for (const Layout layout : {Layout::RowMajor, Layout::Chw}) expectBroadcast(a, b, layout);
  }
}

TEST(Broadcast, planesThatThreadsShareStayOnTheirOwn) {
  const Shape map{1, 20, 30, 3};
  EXPECT_EQ(BroadcastLoop(map, map, map, Layout::Chw, 1).parts(), 1u);
  EXPECT_EQ(BroadcastLoop(map, map, map, Layout::Chw, 2).parts(), 3u);
  EXPECT_EQ(BroadcastLoop(map, map, map, Layout::RowMajor, 2).parts(), 1u);
  for (const Shape& other : {map, Shape{1, 1, 1, 3}, Shape{1, 20, 1, 1}, Shape{2, 20, 30, 1}}) {
    expectBroadcast(map, other, Layout::Chw, 2);
  }
}

TEST(Broadcast, lowerRanksAreAlignedToTheLastAxis) {
  for (const Shape& other :
       {Shape{}, Shape{1}, Shape{5}, Shape{4, 5}, Shape{4, 1}, Shape{3, 1, 5}}) {
    expectBroadcast({2, 3, 4, 5}, other, Layout::RowMajor);
    expectBroadcast(other, {2, 3, 4, 5}, Layout::Chw);
  }
  expectBroadcast({2, 1, 3, 1, 2}, {5, 1, 4, 1}, Layout::RowMajor);
  expectBroadcast({}, {}, Layout::RowMajor);
}

TEST(Broadcast, emptyOperandsMakeEmptyResults) {
  expectBroadcast({2, 0, 3}, {2, 1, 3}, Layout::RowMajor);
  expectBroadcast({0}, {1}, Layout::RowMajor);
  Shape output;
  EXPECT_FALSE(broadcastShapes({2, 3}, {2, 4}, &output));
  EXPECT_FALSE(broadcastShapes({3}, {2}, &output));
}

TEST(Broadcast, constantsArePackedInTheOutputsOrder) {
  GraphBuilder builder;
  std::vector<float> elements(2 * 3 * 5);
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<float>(i);
  const Shape shape{2, 3, 5};
  const Value& value = builder.graph.value(builder.constant(shape, elements));
  std::vector<float> packed(elements.size() + kOverReadBytes);
  ASSERT_TRUE(packOperand(value, simdKernels(), 4, Layout::Chw, packed.data()).ok());
  EXPECT_EQ(operandBytes(shape, 4, Layout::Chw), elements.size() * sizeof(float));
  forEachElement({1, 2, 3, 5}, [&](const std::vector<int>& at) {
    const auto from = static_cast<size_t>((at[1] * 3 + at[2]) * 5 + at[3]);
    EXPECT_EQ(packed[static_cast<size_t>(offsetOf({1, 2, 3, 5}, Layout::Chw, at))], elements[from]);
  });
}

/// Random axes, negative input strides among them, compared with a loop over coordinates.
TEST(StridedCopy, everyElementGoesWhereItsAxesSay) {
  for (uint32_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Shape shape;
    const auto rank = static_cast<int>(random.below(5));
    for (int axis = 0; axis < rank; ++axis) {
      const bool isEmpty = random.below(40) == 0;
      shape.append(isEmpty ? 0 : static_cast<int32_t>(1 + random.below(7)));
    }
    // Both sides get their axes in an order of their own, some of them with gaps between.
    const auto strides = [&](std::vector<ptrdiff_t>& out, bool mayBeNegative, ptrdiff_t* start) {
      std::vector<int> order;
      for (int axis = 0; axis < rank; ++axis) {
        order.insert(order.begin() + random.below(static_cast<uint32_t>(axis) + 1), axis);
      }
      ptrdiff_t span = 1;
      *start = 0;
      out.assign(static_cast<size_t>(rank), 0);
      for (const int axis : order) {
        const ptrdiff_t extent = std::max(shape[axis], 1);
        ptrdiff_t& stride = out[static_cast<size_t>(axis)];
        stride = span;
        span *= extent + static_cast<ptrdiff_t>(random.below(4) == 0 ? random.below(3) : 0);
        if (!mayBeNegative || random.below(5) != 0) continue;
        *start += (extent - 1) * stride;
        stride = -stride;
      }
      return span;
    };
    std::vector<ptrdiff_t> in;
    std::vector<ptrdiff_t> out;
    ptrdiff_t start = 0;
    ptrdiff_t none = 0;
    Input<float> input(static_cast<size_t>(strides(in, true, &start)));
    for (float& value : input) value = random.value();
    std::vector<float> output(static_cast<size_t>(strides(out, false, &none)), 0.0f);
    std::vector<float> expected = output;

    std::vector<CopyAxis> axes;
    for (int axis = 0; axis < rank; ++axis) {
      const auto i = static_cast<size_t>(axis);
      axes.push_back({static_cast<size_t>(shape[axis]), in[i], out[i]});
    }
    const StridedCopy copy(axes.data(), rank);
    EXPECT_EQ(copy.elements(), shape.elements());
    for (size_t first = 0; first < copy.outerExtent(); first += 2) {
      copy.run(simdKernels(), input.data() + start, output.data(), first,
               std::min(first + 2, copy.outerExtent()));
    }
    forEachElement(shape, [&](const std::vector<int>& at) {
      ptrdiff_t from = start;
      ptrdiff_t to = 0;
      for (size_t axis = 0; axis < at.size(); ++axis) {
        from += at[axis] * in[axis];
        to += at[axis] * out[axis];
      }
      expected[static_cast<size_t>(to)] = input.data()[from];
    });
    EXPECT_EQ(output, expected);
  }
}

}  // namespace
}  // namespace filigree::test
