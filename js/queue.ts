// Calls on one model wait in line: first in, first out, one at a time.

import { abortedError, type FiligreeError } from './errors.js';

interface Job {
  start(): Promise<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export class Queue {
  #running: Job | undefined;
  #waiting: Job[] = [];
  #closed: FiligreeError | undefined;

  /** Whether a job added now would start at once, before `add` returns. */
  get isIdle(): boolean {
    return !this.#running && !this.#closed;
  }

  /**
   * Adds a call to the line.
   * @param signal takes the call out of the line while it waits; once begun, it goes on to its end
   * @returns what the call's own promise comes to; rejects with `aborted`, or with the error that
   * the queue was closed with
   */
  add<T>(start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw this.#closed;
      if (signal?.aborted) throw abortedError(signal);
      const job: Job = { start, resolve: resolve as Job['resolve'], reject };
      if (signal && this.#running) this.#watch(job, signal);
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** Rejects whatever runs or waits, and all that comes later. Only the first call counts. */
  close(error: FiligreeError): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#running?.reject(error);
    for (const job of this.#waiting.splice(0)) job.reject(error);
  }

  #watch(job: Job, signal: AbortSignal): void {
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== job);
      job.reject(abortedError(signal));
    };
    signal.addEventListener('abort', leave, { once: true });
    const { start } = job;
    job.start = () => {
      signal.removeEventListener('abort', leave);
      return start();
    };
  }

  async #next(): Promise<void> {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#running = job;
    try {
      job.resolve(await job.start());
    } catch (error) {
      job.reject(error);
    }
    this.#running = undefined;
    this.#next();
  }
}
