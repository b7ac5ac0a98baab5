// How far what a page computed (pages/run_modes.ts) is from the exact values, which the evaluator
// finds out here, once for all tests.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFolder } from '../../scripts/setup/paths.mjs';
import { evaluate, type NamedValue } from '../evaluator/evaluate.js';
import { type Output, relativeDifference, sameOutput } from './pages/compare_outputs.js';
import { faceNoise, kFaceModel } from './pages/run_modes.js';

/** What rounding to float32 excuses. */
export const kTolerance = 1e-5;

let exact: readonly NamedValue[] | undefined;

/** Largest |difference| ÷ largest |value|, over all outputs. */
export function relativeError(outputs: readonly Output[]): number {
  exact ??= evaluate(readFileSync(join(modelFolder, kFaceModel)), [faceNoise()]).outputs;
  const errors = exact.map((output) => relativeDifference(output, sameOutput(output, outputs)));
  return Math.max(...errors);
}
