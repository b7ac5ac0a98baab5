// Processes that judge models side by side. Processes and not threads, so that a model that hangs or
// crashes one of them can be named and the others go on.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Task } from './worker.js';

const workerPath = fileURLToPath(new URL('./fuzz_worker.mjs', import.meta.url));

/** Longer than any graph takes, its reduction included: it hangs. */
const kPatienceMs = 300_000;

function startWorker(): ChildProcess {
  // V8's flags only, without what is imported on the command line: see fuzz_worker.mjs.
  const execArgv = process.execArgv.filter((flag) => flag.startsWith('--experimental-wasm'));
  return fork(workerPath, { execArgv });
}

/** The worker's answer, or what became of the worker. */
function ask(worker: ChildProcess, task: Task): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      worker.kill('SIGKILL');
      end({ runs: 0, report: `no answer within ${kPatienceMs / 1000} s` });
    }, kPatienceMs);
    worker.once('message', (message) => end(message as Answer));
    worker.once('exit', (code, signal) =>
      end({ runs: 0, report: `the process ended: ${signal ?? `exit code ${code}`}` }),
    );
    worker.send(task);
  });
}

function isAlive(worker: ChildProcess): boolean {
  return worker.connected && worker.exitCode === null && !worker.killed;
}

/** Judges all models, `jobs` at a time; `note` hears of each as it is done. */
export async function judgeAll(
  tasks: Iterable<Task>,
  jobs: number,
  note: (task: Task, answer: Answer) => void,
): Promise<void> {
  const queue = tasks[Symbol.iterator]();
  async function work(): Promise<void> {
    let worker: ChildProcess | undefined;
    for (let next = queue.next(); !next.done; next = queue.next()) {
      if (!worker || !isAlive(worker)) worker = startWorker();
      note(next.value, await ask(worker, next.value));
    }
    worker?.kill();
  }
  await Promise.all(Array.from({ length: jobs }, work));
}
