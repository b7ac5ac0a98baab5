// Work that several callers may wait for at once: it is done once, goes on as long as one of them
// still waits, and is forgotten when it fails.

import { abortedError } from './errors.js';

/** Told how many bytes have come of how many (undefined: unknown); `isEnd` with the last of them. */
export type Report = (loaded: number, total: number | undefined, isEnd?: boolean) => void;

/** How one caller waits. */
export interface Waiting {
  /** Ends the waiting with `aborted`. */
  signal?: AbortSignal | undefined;
  report?: Report | undefined;
}

interface Task<T> {
  result: Promise<T>;
  reports: Set<Report>;
  /** What was last reported, for those who come later. */
  last: Parameters<Report> | undefined;
  waiting: number;
  isShared: boolean;
  stop: AbortController;
}

export class SharedWork<T> {
  readonly #tasks = new Map<string, Task<T>>();

  /** @param keeps whether results serve later callers too */
  constructor(private readonly keeps: boolean) {}

  /**
   * Joins the work that goes by this key, or begins it.
   * @returns its result, and whether others have it too
   */
  async join(
    key: string,
    work: (stop: AbortSignal, report: Report) => Promise<T>,
    { signal, report = () => {} }: Waiting,
  ): Promise<{ result: T; isShared: boolean }> {
    let task = this.#tasks.get(key);
    if (task) task.isShared = true;
    else task = this.#begin(key, work);
    ++task.waiting;
    task.reports.add(report);
    try {
      if (task.last) report(...task.last);
      return { result: await untilAborted(task.result, signal), isShared: task.isShared };
    } finally {
      task.reports.delete(report);
      if (--task.waiting === 0 && signal?.aborted) {
        // Nobody wants it any more. If it has ended already, this does nothing.
        task.stop.abort();
      }
    }
  }

  #begin(key: string, work: (stop: AbortSignal, report: Report) => Promise<T>): Task<T> {
    const stop = new AbortController();
    const task: Task<T> = {
      result: Promise.resolve() as Promise<never>,
      reports: new Set(),
      last: undefined,
      waiting: 0,
      isShared: false,
      stop,
    };
    let hasEnded = false;
    const forget = () => {
      if (this.#tasks.get(key) === task) this.#tasks.delete(key);
    };
    // Who comes after an abort must not wait for what has just been stopped.
    stop.signal.addEventListener('abort', () => hasEnded || forget());
    const run = async () => {
      try {
        const result = await work(stop.signal, (...now) => {
          task.last = now;
          for (const report of task.reports) report(...now);
        });
        // Before anybody has the result: from then on it may be given away.
        if (!this.keeps) forget();
        return result;
      } catch (error) {
        forget();
        throw error;
      } finally {
        hasEnded = true;
        // Who comes now does not wait for any byte.
        task.last = [0, 0, true];
      }
    };
    this.#tasks.set(key, task);
    task.result = run();
    task.result.catch(() => {});
    return task;
  }
}

/** The promise, or `aborted` as soon as the signal fires; what it stands for goes on. */
export function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
