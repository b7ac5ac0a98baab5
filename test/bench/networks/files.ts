// The networks as files: mobilenet_v2-80.tflite is MobileNetV2 with 80 % zeros in its 1×1
// convolutions, mobilenet_v2-80-same.tflite the same with SAME padding. Made when first asked for.

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { efficientNetLite0 } from './efficientnet_lite0.js';
import { mobileNetV1 } from './mobilenet_v1.js';
import { mobileNetV2 } from './mobilenet_v2.js';
import { mobileNetV3Large } from './mobilenet_v3_large.js';
import { type FeatureMap, Network } from './network.js';

const kBuilders: Record<string, (network: Network) => FeatureMap> = {
  mobilenet_v1: mobileNetV1,
  mobilenet_v2: mobileNetV2,
  mobilenet_v3_large: mobileNetV3Large,
  efficientnet_lite0: efficientNetLite0,
};
export const kSparsities = [0, 30, 50, 70, 80, 90];
const kSeed = 20210;

/** Every file that there is, without `.tflite`. */
export const networkNames = Object.keys(kBuilders).flatMap((network) =>
  kSparsities.flatMap((percent) => [`${network}-${percent}`, `${network}-${percent}-same`]),
);

/** Network, percent of zeros, and whether it is the SAME spelling; undefined for another name. */
export function parseNetworkName(name: string) {
  const match = /^(\w+)-(\d+)(-same)?$/.exec(name);
  if (!match || !networkNames.includes(name)) return undefined;
  return { network: match[1], percent: Number(match[2]), isSame: match[3] !== undefined };
}

/** Writes the file into `folder` unless it is there already. */
export function ensureNetwork(name: string, folder: string): void {
  const known = parseNetworkName(name);
  if (!known) throw new Error(`no network ${name}; there are ${networkNames.join(', ')}`);
  const file = join(folder, `${name}.tflite`);
  if (existsSync(file)) return;
  const network = new Network({
    sparsity: known.percent / 100,
    padding: known.isSame ? 'same' : 'explicit',
    seed: kSeed,
  });
  const bytes = network.finish(kBuilders[known.network](network));
  mkdirSync(folder, { recursive: true });
  // Under another name first: an interrupted run shall not leave half a file.
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
}
