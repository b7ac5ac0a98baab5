// MobileNetV3-Large 1.0 (Howard et al. 2019, arXiv:1905.02244, table 1), up to its average pool: what
// comes behind is the classifier.

import { invertedResidual } from './inverted_residual.js';
import type { FeatureMap, Network } from './network.js';

const re = 'relu';
const hs = 'hard-swish';

/** Kernel, expanded channels, output channels, squeeze-and-excite, activation, stride. */
const kBlocks = [
  [3, 16, 16, false, re, 1],
  [3, 64, 24, false, re, 2],
  [3, 72, 24, false, re, 1],
  [5, 72, 40, true, re, 2],
  [5, 120, 40, true, re, 1],
  [5, 120, 40, true, re, 1],
  [3, 240, 80, false, hs, 2],
  [3, 200, 80, false, hs, 1],
  [3, 184, 80, false, hs, 1],
  [3, 184, 80, false, hs, 1],
  [3, 480, 112, true, hs, 1],
  [3, 672, 112, true, hs, 1],
  [5, 672, 160, true, hs, 2],
  [5, 960, 160, true, hs, 1],
  [5, 960, 160, true, hs, 1],
] as const;

/** A quarter, in multiples of 8, and no less than 90 % of it (the authors' own rounding). */
function quarter(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels / 4 + 4) / 8) * 8);
  return rounded < 0.9 * (channels / 4) ? rounded + 8 : rounded;
}

export function mobileNetV3Large(network: Network): FeatureMap {
  let map = network.input(224);
  map = network.convolution(map, { kernel: 3, stride: 2, outputs: 16, activation: hs });
  for (const [kernel, expanded, outputs, squeeze, activation, stride] of kBlocks) {
    const squeezed = squeeze ? quarter(expanded) : undefined;
    const block = { kernel, stride, expanded, outputs, activation, squeezed };
    map = invertedResidual(network, map, block);
  }
  return network.mean(network.convolution(map, { outputs: 960, activation: hs }));
}
