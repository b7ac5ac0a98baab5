// The engines of the comparison, in the order of its columns.

import type { EngineName } from './page/main.js';

export interface Contestant {
  name: EngineName;
  title: string;
  color: string;
}

export const kOwn: Contestant = { name: 'filigree', title: 'filigree', color: '#0b7285' };

export const kPeers: readonly Contestant[] = [
  { name: 'litert', title: 'LiteRT.js', color: '#e8590c' },
  { name: 'tfjs-tflite', title: 'tfjs-tflite', color: '#868e96' },
];

/** Beside them: what filigree itself would need without its sparse kernels. */
export const kNever: Contestant = {
  name: 'filigree-never',
  title: "'never'",
  color: '#66d9e8',
};

export const kContestants = [kOwn, kNever, ...kPeers];
