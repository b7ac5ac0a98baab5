// What a process of the pool (pool.ts) does: takes one task after the other and answers each.

import { readFileSync } from 'node:fs';
import { type GeneratedModel, generateModel } from '../generator/generate.js';
import type { Configuration } from './configurations.js';
import { configurationText } from './configurations.js';
import { keepFailing } from './failing.js';
import { makeCase, problemsOf } from './judge.js';

export interface Task {
  /** Of the model, unless `file` is given, and of its inputs. */
  readonly seed: number;
  readonly file?: string;
  readonly configurations: readonly Configuration[];
  /** See makeCase. */
  readonly tolerance?: number;
}

export interface Answer {
  readonly runs: number;
  /** What failed, to print; undefined when all is well. */
  readonly report?: string;
}

/** Every third graph is of the large kind; its budget keeps the evaluator below a second. */
function generate(seed: number): GeneratedModel {
  return generateModel(seed, seed % 3 === 2 ? { sizes: 'large', multiplyAdds: 6_000_000 } : {});
}

async function answer({ seed, file, configurations, tolerance }: Task): Promise<Answer> {
  const { bytes, description } = file
    ? { bytes: new Uint8Array(readFileSync(file)), description: file }
    : generate(seed);
  const task = makeCase(bytes, seed, tolerance);
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

async function answerOrReport(task: Task): Promise<Answer> {
  try {
    return await answer(task);
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    return { runs: 0, report: `generator or evaluator: ${text}` };
  }
}

process.on('message', async (task: Task) => {
  const done = await answerOrReport(task);
  if (process.connected) process.send?.(done);
});
process.on('disconnect', () => process.exit());
