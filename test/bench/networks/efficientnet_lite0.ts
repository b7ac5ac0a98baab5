// EfficientNet-Lite0: EfficientNet-B0 (Tan and Le 2019, arXiv:1905.11946, table 1) without
// squeeze-and-excite and with ReLU6, as its authors define the Lite variants; without its classifier.

import { invertedResidual } from './inverted_residual.js';
import type { FeatureMap, Network } from './network.js';

/** Kernel, expansion, output channels, repetitions, stride of the first. */
const kStages = [
  [3, 1, 16, 1, 1],
  [3, 6, 24, 2, 2],
  [5, 6, 40, 2, 2],
  [3, 6, 80, 3, 2],
  [5, 6, 112, 3, 1],
  [5, 6, 192, 4, 2],
  [3, 6, 320, 1, 1],
];

export function efficientNetLite0(network: Network): FeatureMap {
  const activation = 'relu6';
  let map = network.input(224);
  map = network.convolution(map, { kernel: 3, stride: 2, outputs: 32, activation });
  for (const [kernel, expansion, outputs, repetitions, firstStride] of kStages) {
    for (let i = 0; i < repetitions; ++i) {
      const stride = i === 0 ? firstStride : 1;
      const expanded = expansion * map.channels;
      map = invertedResidual(network, map, { kernel, stride, expanded, outputs, activation });
    }
  }
  return network.mean(network.convolution(map, { outputs: 1280, activation }));
}
