// How far apart the cores are: what it takes a cache line to go from one to another and back.
//
// Cores of a virtual machine may share a last cache or not, and that changes from one minute to the
// next: 100 ns at one time and 500 ns at another, on the same machine. All that threads hand each
// other comes at that price, so that two of them are then hardly faster than one, whatever engine
// they belong to.

import { Worker } from 'node:worker_threads';

/** Nanoseconds below which cores share a cache. */
const kNear = 250;
const kRoundTrips = 5000;
const kPauseMilliseconds = 500;

/** Where the words lie that go to and fro, that end the thread and that say it is there. */
const kWord = 0;
const kEnd = 16;
const kReady = 32;

const kAnswer = `
  const { workerData: shared } = require('node:worker_threads');
  Atomics.store(shared, ${kReady}, 1);
  for (let turn = 1; ; turn += 2) {
    while (Atomics.load(shared, ${kWord}) !== turn) {
      if (Atomics.load(shared, ${kEnd})) process.exit();
    }
    Atomics.store(shared, ${kWord}, turn + 1);
  }`;

export function areNear(nanoseconds: number): boolean {
  return nanoseconds < kNear;
}

export class Cores {
  /** Milliseconds that may still be spent waiting. */
  #patience: number;

  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Nanoseconds of a round trip between two threads. */
  async roundTrip(): Promise<number> {
    const shared = new Int32Array(new SharedArrayBuffer(256));
    const worker = new Worker(kAnswer, { eval: true, workerData: shared });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    while (!Atomics.load(shared, kReady)) await pause(1);
    let best = Number.POSITIVE_INFINITY;
    let turn = 0;
    // The first times the code is not compiled yet.
    for (let attempt = 0; attempt < 4; ++attempt) {
      const started = performance.now();
      for (let trip = 0; trip < kRoundTrips; ++trip) {
        Atomics.store(shared, kWord, ++turn);
        ++turn;
        while (Atomics.load(shared, kWord) !== turn);
      }
      best = Math.min(best, ((performance.now() - started) * 1e6) / kRoundTrips);
    }
    Atomics.store(shared, kEnd, 1);
    await ended;
    return best;
  }

  /** Waits until cores are near, but not for ever, and returns the last round trip. */
  async wait(): Promise<number> {
    for (;;) {
      const nanoseconds = await this.roundTrip();
      if (areNear(nanoseconds) || this.#patience <= 0) return nanoseconds;
      this.#patience -= kPauseMilliseconds;
      await pause(kPauseMilliseconds);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
