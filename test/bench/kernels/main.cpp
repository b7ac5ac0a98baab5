// How fast each row of the kernel table is on layers of real models, beside the multiply-add limit
// of the same build. Prints a line per row and layer: the rate, and its share of the limit.
//
//   kernels_bench [part of a kernel's name or layer] [--rounds N] [--warm] [--gap FLOATS]
//
// After a rate comes its share of the limit, and the layer's multiply-adds in millions.
//
// Kernel and limit are sampled in turns, a few milliseconds each, and of all rounds the best of
// both counts: other work on the machine makes a sample slower, never faster. Each call works on
// other buffers than the calls before, of more than the L2 cache together, unless --warm is given.
// --gap leaves that many floats between planes; without it they lie as the engine has them.
//
// In Node, --no-liftoff compiles everything with the optimising compiler before it starts.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "kernels.h"
#include "kernels/measure.h"

int main(int argc, char** argv) {
  using namespace filigree;
  using namespace filigree::bench;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool more = i + 1 < argc;
    if (argument == "--rounds" && more) {
      options.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (argument == "--gap" && more) {
      options.gap = std::max(0, std::atoi(argv[++i]));
    } else if (argument == "--warm") {
      options.warm = true;
    } else {
      options.filter = argument;
    }
  }
  std::printf("%s, limit %.1f GMAC/s\n", simdKernels().name, bestLimit());
  for (const bool inPairs : {false, true}) {
    for (const double density : {0.3, 0.2, 0.1}) benchSpmm(density, inPairs);
  }
  benchGemm();
  benchGemv();
  benchConvHwc();
  benchDepthwise();
  benchWindow();
  benchElementwise();
  benchPlanes();
  return 0;
}
