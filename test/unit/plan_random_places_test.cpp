// Random graphs whose values lie within one another: every one is what its layer alone makes of its
// inputs, to the last bit.
#include "unit/graph_support.h"
#include "unit/kernels_support.h"
#include "unit/node_by_node.h"

namespace filigree::test {
namespace {

/// Five channels at least: of fewer, a convolution that reads the model's input takes them
/// interleaved, by another kernel, and sums in another order.
constexpr int32_t kLeastChannels = 5;

/// Layers linked at random, most of them concatenations and pads of what there is.
class RandomLinks {
 public:
  explicit RandomLinks(uint32_t seed) : random_(seed) {
    const bool hasGaps = random_.below(3) == 0;
    const auto height = static_cast<int32_t>(hasGaps ? 16 : 2 + random_.below(6));
    const auto width = static_cast<int32_t>(hasGaps ? 16 : 2 + random_.below(6));
    for (int i = 0; i < 2; ++i) maps_.push_back(builder.input({1, height, width, channels()}));
    const uint32_t layers = 4 + random_.below(14);
    for (uint32_t i = 0; i < layers; ++i) maps_.push_back(layer());
    std::vector<ValueId> outputs{maps_.back()};
    for (uint32_t i = random_.below(3); i > 0; --i) outputs.push_back(any());
    builder.outputs(outputs);
  }

  GraphBuilder builder;

 private:
  int32_t channels() { return kLeastChannels + static_cast<int32_t>(random_.below(5)); }
  /// Mostly one of the last.
  ValueId any() {
    const auto count = static_cast<uint32_t>(maps_.size());
    const uint32_t back = random_.below(random_.below(3) == 0 ? count : std::min(count, 4u));
    return maps_[count - 1 - back];
  }

  ValueId layer() {
    switch (random_.below(8)) {
      case 0:
      case 1:
        return builder.convolution(any(), channels());
      case 2:
        return builder.depthwise(builder.convolution(any(), channels()));
      case 3:
        return builder.activation(any(), Activation::Tanh);
      case 4:
        return builder.padChannels(any(), static_cast<int32_t>(random_.below(3)),
                                   static_cast<int32_t>(random_.below(3)), 0.25f);
      default: {
        std::vector<ValueId> parts;
        for (uint32_t i = 1 + random_.below(4); i > 0; --i) parts.push_back(any());
        return builder.concatenation(parts);
      }
    }
  }

  Random random_;
  std::vector<ValueId> maps_;
};

TEST(RandomPlaces, everyValueIsWhatItsLayerAloneMakes) {
  constexpr ChainLimits kChains = {.leastMapBytes = 0, .mostBandBytes = 8 << 10};
  size_t inPlace = 0;
  size_t chains = 0;
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const RandomLinks links(seed);
    const PlanWish wish = seed % 2 == 0 ? PlanWish{} : PlanWish{.threads = 3, .chains = kChains};
    const auto planned = checkedPlan(links.builder.graph, wish);
    for (const PlacedValue& value : planned->plan.placed) {
      inPlace += value.buffer.whole == ArenaBuffer::kItself ? 0 : 1;
    }
    chains += planned->plan.chains.size();
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(inPlace, 120u);
  EXPECT_GT(chains, 10u);
}

}  // namespace
}  // namespace filigree::test
