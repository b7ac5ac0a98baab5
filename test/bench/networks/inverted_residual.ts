// The block of MobileNetV2 and its successors: 1×1 expansion, depthwise convolution, 1×1 projection
// without activation, and the input added where the shapes agree (Sandler et al. 2018,
// arXiv:1801.04381, figure 4; with squeeze-and-excite Howard et al. 2019, arXiv:1905.02244, figure 4).

import type { FeatureMap, Network, NetworkActivation } from './network.js';

export interface InvertedResidual {
  kernel: number;
  stride: number;
  /** Channels between expansion and projection; those of the input mean that nothing is expanded. */
  expanded: number;
  outputs: number;
  activation: NetworkActivation;
  /** Channels of the squeeze-and-excite behind the depthwise convolution; none without. */
  squeezed?: number;
}

export function invertedResidual(
  network: Network,
  input: FeatureMap,
  { kernel, stride, expanded, outputs, activation, squeezed }: InvertedResidual,
): FeatureMap {
  let map = input;
  if (expanded !== input.channels) {
    map = network.convolution(map, { outputs: expanded, activation });
  }
  map = network.depthwise(map, { kernel, stride, activation });
  if (squeezed) map = network.squeezeExcite(map, squeezed);
  map = network.convolution(map, { outputs, activation: 'none' });
  return stride === 1 && outputs === input.channels ? network.add(input, map) : map;
}
