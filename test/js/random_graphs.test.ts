// The built package against the evaluator: 200 random graphs, and every model that ever failed, in
// all four builds. More of them: npm run fuzz:ops.

import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { combine } from '../fuzz/configurations.js';
import { inputSeedOf, regressionFiles, regressionsFolder } from '../fuzz/failing.js';
import { judgeAll } from '../fuzz/pool.js';
import type { Task } from '../fuzz/worker.js';

const kGraphs = 200;
const kFirstSeed = 1000;

const configurations = combine({ threads: [1, 3], sparse: ['auto', 'always'] });

/** Fails with the reports of all models that do; otherwise returns how often a model was run. */
async function judge(tasks: readonly Task[]): Promise<number> {
  const reports: string[] = [];
  let runs = 0;
  // Most of the time goes into starting threads, so that two processes are twice as fast.
  await judgeAll(tasks, Math.min(2, availableParallelism()), ({ seed, file }, answer) => {
    runs += answer.runs;
    if (answer.report !== undefined) reports.push(`${file ?? `seed ${seed}`}\n${answer.report}`);
  });
  assert.equal(reports.join('\n\n'), '');
  return runs;
}

test('the configurations are the four builds, each with both choices of kernels', () => {
  assert.equal(configurations.length, 8);
});

test(`${kGraphs} random graphs agree with the evaluator in every build`, async () => {
  const tasks = Array.from({ length: kGraphs }, (_, i) => ({
    seed: kFirstSeed + i,
    configurations,
  }));
  assert.equal(await judge(tasks), kGraphs * configurations.length);
});

test('what failed once agrees with the evaluator in every build', async () => {
  const files = regressionFiles();
  const tasks = files.map((file) => ({
    seed: inputSeedOf(file),
    file: join(regressionsFolder, file),
    configurations: combine(),
  }));
  assert.equal(await judge(tasks), files.length * combine().length);
});
