// A process of the fuzzer (fuzz_ops.ts): takes one task after the other, answers each. A process and
// not a thread, so that a model that hangs or crashes it can be named and the rest goes on.

import { readFileSync } from 'node:fs';
import { generateModel } from '../generator/generate.js';
import type { Configuration } from './configurations.js';
import { configurationText } from './configurations.js';
import { keepFailing } from './failing.js';
import { makeCase, problemsOf } from './judge.js';

export interface FuzzTask {
  /** Of the model, unless `file` is given, and of its inputs. */
  readonly seed: number;
  readonly file?: string;
  readonly configurations: readonly Configuration[];
}

export interface FuzzAnswer {
  readonly runs: number;
  /** What failed, to print; undefined when all is well. */
  readonly report?: string;
}

async function answer({ seed, file, configurations }: FuzzTask): Promise<FuzzAnswer> {
  const { bytes, description } = file
    ? { bytes: new Uint8Array(readFileSync(file)), description: file }
    : generateModel(seed);
  const task = makeCase(bytes, seed);
  const lines: string[] = [];
  let firstFailing: Configuration | undefined;
  for (const configuration of configurations) {
    const problems = await problemsOf(task, configuration).catch((error) => [String(error)]);
    if (problems.length === 0) continue;
    firstFailing ??= configuration;
    lines.push(`  ${configurationText(configuration)}`);
    lines.push(...problems.map((problem) => `    ${problem}`));
  }
  const runs = configurations.length;
  if (!firstFailing) return { runs };
  const kept = file ? [] : [await keepFailing(bytes, seed, firstFailing)];
  return { runs, report: [description, ...lines, ...kept].join('\n') };
}

process.on('message', async (task: FuzzTask) => {
  try {
    process.send?.(await answer(task));
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    process.send?.({ runs: 0, report: `generator or evaluator: ${text}` } satisfies FuzzAnswer);
  }
});
