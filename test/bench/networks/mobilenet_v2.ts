// MobileNetV2 1.0 (Sandler et al. 2018, arXiv:1801.04381, table 2), without its classifier.

import { invertedResidual } from './inverted_residual.js';
import type { FeatureMap, Network } from './network.js';

/** Expansion, output channels, repetitions, stride of the first. */
const kStages = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

export function mobileNetV2(network: Network): FeatureMap {
  const activation = 'relu6';
  let map = network.input(224);
  map = network.convolution(map, { kernel: 3, stride: 2, outputs: 32, activation });
  for (const [expansion, outputs, repetitions, firstStride] of kStages) {
    for (let i = 0; i < repetitions; ++i) {
      const stride = i === 0 ? firstStride : 1;
      const expanded = expansion * map.channels;
      map = invertedResidual(network, map, { kernel: 3, stride, expanded, outputs, activation });
    }
  }
  return network.mean(network.convolution(map, { outputs: 1280, activation }));
}
