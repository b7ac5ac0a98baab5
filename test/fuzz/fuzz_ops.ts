// npm run fuzz:ops: random graphs through the built package, in every build and with every choice of
// kernels, compared with the evaluator. What fails is reduced and written to failing/.
//
// Prints a report for each graph that fails, and "N passed, N failed" at the end. Exit codes: 0 all
// passed, 1 something failed, 2 wrong usage.

import { type Arguments, readArguments, UsageError, usage } from './arguments.js';
import { inputSeedOf } from './failing.js';
import { judgeAll } from './pool.js';
import type { Answer, Task } from './worker.js';

function tasksOf({ model, seed, count, configurations }: Arguments): Task[] {
  if (model) return [{ seed: seed ?? inputSeedOf(model), file: model, configurations }];
  const first = seed ?? 1;
  return Array.from({ length: count }, (_, i) => ({ seed: first + i, configurations }));
}

async function fuzz(wanted: Arguments): Promise<boolean> {
  const tasks = tasksOf(wanted);
  const started = performance.now();
  let passed = 0;
  let failed = 0;
  let runs = 0;

  function note({ seed, file }: Task, answer: Answer): void {
    runs += answer.runs;
    if (answer.report === undefined) ++passed;
    else {
      ++failed;
      process.stdout.write(`FAILED ${file ?? `seed ${seed}`}\n${answer.report}\n\n`);
    }
    const done = passed + failed;
    if (done % 100 !== 0 && done !== tasks.length) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stderr.write(`${done} of ${tasks.length} graphs, ${runs} runs, ${seconds} s\n`);
  }

  await judgeAll(tasks, Math.min(wanted.jobs, tasks.length), note);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0;
}

try {
  process.exitCode = (await fuzz(readArguments(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${usage}\n`);
  process.exitCode = 2;
}
