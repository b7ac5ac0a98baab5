// MobileNetV1 1.0 (Howard et al. 2017, arXiv:1704.04861, table 1), without its classifier.

import type { FeatureMap, Network } from './network.js';

/** Stride of the depthwise convolution and channels of the 1×1 convolution behind it. */
const kBlocks = [
  [1, 64],
  [2, 128],
  [1, 128],
  [2, 256],
  [1, 256],
  [2, 512],
  [1, 512],
  [1, 512],
  [1, 512],
  [1, 512],
  [1, 512],
  [2, 1024],
  [1, 1024],
];

export function mobileNetV1(network: Network): FeatureMap {
  const activation = 'relu6';
  let map = network.input(224);
  map = network.convolution(map, { kernel: 3, stride: 2, outputs: 32, activation });
  for (const [stride, outputs] of kBlocks) {
    map = network.depthwise(map, { kernel: 3, stride, activation });
    map = network.convolution(map, { outputs, activation });
  }
  return network.mean(map);
}
