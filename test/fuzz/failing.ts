// Reduces a failing model and writes it down: to failing/, which git ignores, until someone moves it
// to regressions/, where `npm test` runs it for ever after.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModel } from '../evaluator/model.js';
import { reduceModel } from '../generator/reduce.js';
import { type Configuration, configurationText } from './configurations.js';
import { makeCase, problemsOf } from './judge.js';

export const failingFolder = fileURLToPath(new URL('./failing/', import.meta.url));
export const regressionsFolder = fileURLToPath(new URL('./regressions/', import.meta.url));

/** The last number in a kept model's name is the seed of its inputs; 1 when there is none. */
export function inputSeedOf(file: string): number {
  return Number(/(\d+)\.tflite$/.exec(file)?.[1] ?? 1);
}

/** Names of the models that failed once and must not again. */
export function regressionFiles(): string[] {
  return readdirSync(regressionsFolder)
    .filter((file) => file.endsWith('.tflite'))
    .sort();
}

/**
 * Writes the smallest model that still has problems in this configuration.
 * @returns what was written and how to keep it
 */
export async function keepFailing(
  bytes: Uint8Array,
  seed: number,
  configuration: Configuration,
): Promise<string> {
  let problems: string[] = [];
  const reduced = await reduceModel(bytes, async (candidate) => {
    const task = makeCase(candidate, seed);
    const find = (which: Configuration) =>
      problemsOf(task, which).catch((error) => [String(error)]);
    // One thread first, for it may be the difference that fails.
    if (configuration.threads > 1) await find({ ...configuration, threads: 1 });
    const found = await find(configuration);
    if (found.length > 0) problems = found;
    return found.length > 0;
  });
  const operators = readModel(reduced).operators.map(({ name }) => name);
  const path = join(failingFolder, `seed_${seed}.tflite`);
  mkdirSync(failingFolder, { recursive: true });
  writeFileSync(path, reduced);
  return [
    `  reduced to ${operators.join(', ')} (${reduced.length} bytes):`,
    ...problems.map((problem) => `    ${problem}`),
    `  written to ${path}`,
    `  run it again: npm run fuzz:ops -- --model ${path} ${configurationText(configuration)}`,
    '  keep it: mv to test/fuzz/regressions/WHAT_IT_SHOWS_SEED.tflite (the last number is the seed',
    '  of its inputs); npm test runs what lies there',
  ].join('\n');
}
