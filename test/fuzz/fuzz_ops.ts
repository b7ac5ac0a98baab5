// npm run fuzz:ops: random graphs through the built package, in every build and with every choice of
// kernels, compared with the evaluator. What fails is reduced and written to failing/.
//
// Prints one report for each graph that fails, and "N passed, N failed" at the end. Exit codes: 0
// all passed, 1 something failed, 2 wrong usage.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inputSeedOf } from './failing.js';
import { type FuzzArguments, readArguments, UsageError, usage } from './fuzz_arguments.js';
import type { FuzzAnswer, FuzzTask } from './fuzz_worker.js';

const workerPath = fileURLToPath(new URL('./fuzz_worker.ts', import.meta.url));

/** Longer than a graph takes on the slowest machine, its reduction included: it hangs. */
const kPatienceMs = 300_000;

/** The worker's answer, or what became of the worker. */
function ask(worker: ChildProcess, task: FuzzTask): Promise<FuzzAnswer> {
  return new Promise((resolve) => {
    const end = (answer: FuzzAnswer): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      worker.kill('SIGKILL');
      end({ runs: 0, report: `no answer within ${kPatienceMs / 1000} s` });
    }, kPatienceMs);
    worker.once('message', (message) => end(message as FuzzAnswer));
    worker.once('exit', (code, signal) =>
      end({ runs: 0, report: `the process ended: ${signal ?? `exit code ${code}`}` }),
    );
    worker.send(task);
  });
}

function isAlive(worker: ChildProcess): boolean {
  return worker.connected && worker.exitCode === null && !worker.killed;
}

function* tasksOf({ model, seed, count, configurations }: FuzzArguments): Generator<FuzzTask> {
  if (model) {
    yield { seed: seed ?? inputSeedOf(model), file: model, configurations };
    return;
  }
  const first = seed ?? 1;
  for (let i = 0; i < count; ++i) yield { seed: first + i, configurations };
}

async function fuzz(wanted: FuzzArguments): Promise<boolean> {
  const tasks = tasksOf(wanted);
  const started = performance.now();
  const total = wanted.model ? 1 : wanted.count;
  let passed = 0;
  let failed = 0;
  let runs = 0;

  function note({ seed, file }: FuzzTask, answer: FuzzAnswer): void {
    runs += answer.runs;
    if (answer.report === undefined) ++passed;
    else {
      ++failed;
      process.stdout.write(`FAILED ${file ?? `seed ${seed}`}\n${answer.report}\n\n`);
    }
    const done = passed + failed;
    if (done % 100 !== 0 && done !== total) return;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stderr.write(`${done} of ${total} graphs, ${runs} runs, ${seconds} s\n`);
  }

  async function work(): Promise<void> {
    let worker: ChildProcess | undefined;
    for (const task of tasks) {
      if (!worker || !isAlive(worker)) worker = fork(workerPath);
      note(task, await ask(worker, task));
    }
    worker?.kill();
  }

  await Promise.all(Array.from({ length: Math.min(wanted.jobs, total) }, work));
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
