// windowGeometry against a plain count of positions, for SAME and VALID and borders of a folded
// PAD.
#include "unit/graph_support.h"

#include "ops/window.h"

namespace filigree::test {
namespace {

struct Axis {
  int32_t input, kernel, stride, dilation, before, after;
};

Status solve(const Axis& axis, Padding padding, WindowGeometry* geometry) {
  GraphBuilder builder;
  const ValueId map = builder.input({1, axis.input, axis.input, 1});
  builder.activation(map, Activation::Relu);  // any node, for messages
  const WindowParams params{
      .padding = padding,
      .strideY = axis.stride,
      .strideX = axis.stride,
      .dilationY = axis.dilation,
      .dilationX = axis.dilation,
      .folded = {axis.before, axis.after, axis.before, axis.after},
  };
  return windowGeometry(builder.graph, builder.graph.nodes[0], params, axis.kernel, axis.kernel,
                        builder.graph.value(map).shape, geometry);
}

std::vector<Axis> manyAxes() {
  std::vector<Axis> axes;
  for (const int32_t input : {1, 2, 3, 4, 5, 8, 13}) {
    for (const int32_t kernel : {1, 2, 3, 5}) {
      for (const int32_t stride : {1, 2, 3, 7}) {
        for (const int32_t dilation : {1, 2, 3}) {
          for (const int32_t before : {0, 1, 4}) {
            for (const int32_t after : {0, 2}) {
              axes.push_back({input, kernel, stride, dilation, before, after});
            }
          }
        }
      }
    }
  }
  return axes;
}

TEST(WindowGeometry, validCountsTheWindowsThatFit) {
  for (const Axis& axis : manyAxes()) {
    const int32_t padded = axis.before + axis.input + axis.after;
    const int32_t reach = (axis.kernel - 1) * axis.dilation + 1;
    int32_t fitting = 0;
    for (int32_t start = 0; start + reach <= padded; start += axis.stride) ++fitting;
    WindowGeometry geometry;
    const Status status = solve(axis, Padding::Valid, &geometry);
    if (fitting == 0) {
      EXPECT_EQ(status.code(), StatusCode::InvalidModel);
      continue;
    }
    ASSERT_TRUE(status.ok()) << status.message();
    EXPECT_EQ(geometry.x.output, fitting);
    EXPECT_EQ(geometry.x.before, axis.before);
  }
}

TEST(WindowGeometry, sameKeepsSizeOverStrideAndPutsTheOddElementAtTheEnd) {
  for (const Axis& axis : manyAxes()) {
    WindowGeometry geometry;
    const Status status = solve(axis, Padding::Same, &geometry);
    ASSERT_TRUE(status.ok()) << status.message();
    const int32_t padded = axis.before + axis.input + axis.after;
    const WindowAxis& y = geometry.y;
    EXPECT_EQ(y.output, (padded + axis.stride - 1) / axis.stride);
    // Zeros that SAME itself adds: just enough for the last window.
    const int32_t reach = (axis.kernel - 1) * axis.dilation + 1;
    const int32_t added = std::max((y.output - 1) * axis.stride + reach - padded, 0);
    EXPECT_EQ(y.before, axis.before + added / 2);
    EXPECT_LE(y.before - axis.before, added - added / 2);
  }
}

TEST(WindowGeometry, whatLiesOutsideIsCountedAsSuch) {
  for (const Axis& axis : manyAxes()) {
    for (const Padding padding : {Padding::Same, Padding::Valid}) {
      WindowGeometry geometry;
      if (!solve(axis, padding, &geometry).ok()) continue;
      const WindowAxis& x = geometry.x;
      uint64_t inside = 0;
      int32_t last = 0;
      for (int32_t tap = 0; tap < x.kernel; ++tap) {
        uint64_t ofTap = 0;
        for (int32_t position = 0; position < x.output; ++position) {
          const int32_t source = x.source(position, tap);
          ofTap += source >= 0 && source < x.input ? 1 : 0;
          last = std::max(last, source);
        }
        EXPECT_EQ(geometry.validOutputs(tap, tap), ofTap * ofTap);
        inside += ofTap;
      }
      EXPECT_EQ(geometry.validTaps(), inside * inside);
      EXPECT_EQ(x.after, std::max(last - (x.input - 1), 0));
    }
  }
}

TEST(WindowGeometry, onlyAPlain1x1IsPointwise) {
  const auto isPointwise = [](const Axis& axis) {
    WindowGeometry geometry;
    EXPECT_TRUE(solve(axis, Padding::Same, &geometry).ok());
    return geometry.isPointwise();
  };
  EXPECT_TRUE(isPointwise({5, 1, 1, 1, 0, 0}));
  EXPECT_TRUE(isPointwise({5, 1, 1, 3, 0, 0}));
  EXPECT_FALSE(isPointwise({5, 1, 2, 1, 0, 0}));
  EXPECT_FALSE(isPointwise({5, 2, 1, 1, 0, 0}));
  EXPECT_FALSE(isPointwise({5, 1, 1, 1, 1, 0}));
  EXPECT_FALSE(isPointwise({5, 1, 1, 1, 0, 1}));
}

TEST(WindowGeometry, refusesWhatCannotBeCounted) {
  WindowGeometry geometry;
  constexpr int32_t kHuge = 1 << 20;
  EXPECT_EQ(solve({5, 0, 1, 1, 0, 0}, Padding::Same, &geometry).code(), StatusCode::InvalidModel);
  EXPECT_EQ(solve({0, 1, 1, 1, 0, 0}, Padding::Same, &geometry).code(), StatusCode::InvalidModel);
  // The dilated window is a million pixels wide and high, and so is the border.
  EXPECT_EQ(solve({1, 2, 1, kHuge, 0, 0}, Padding::Same, &geometry).code(),
            StatusCode::InvalidModel);
  EXPECT_EQ(solve({1, 1, 1, 1, kHuge, 0}, Padding::Valid, &geometry).code(),
            StatusCode::InvalidModel);
  // Large but countable.
  EXPECT_TRUE(solve({1, 1, kHuge, 1, 0, 1000}, Padding::Valid, &geometry).ok());
}

}  // namespace
}  // namespace filigree::test
