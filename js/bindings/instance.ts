// One WebAssembly instance: its memory, its threads, and what becomes of them when it traps. Knows
// nothing of models; engine.ts is the only user.

import { platform } from '#platform';
import { type ErrorCode, FiligreeError, messageOf } from '../errors.js';
import type { Glue, GlueFactory, GlueOptions } from './glue.js';

/** The unit of WebAssembly's memory. */
export const kPageBytes = 65536;
/** 4 GB less a page, so that every size fits 32 bits. */
export const kMaximumBytes = 2 ** 32 - kPageBytes;
/** What the memory starts with; it must hold the module's static data and stack. */
export const kInitialBytes = 32 * kPageBytes;

/** How long to wait for the message of a thread that crashed. */
const kCrashMessageMs = 1000;
/** How long to wait for a worker that neither comes up nor fails: its script is there already. */
const kThreadPatienceMs = 30_000;
const kPatienceSteps = 30;

export interface InstanceRequest {
  factory: GlueFactory;
  module: WebAssembly.Module;
  /** All threads, the caller's included. */
  threads: number;
  /** Whether the module was built for threads. */
  shared: boolean;
  /** What the memory may grow to. */
  maximumBytes: number;
}

export class Instance {
  readonly memory: WebAssembly.Memory;
  /** What the memory may grow to. */
  readonly maximumBytes: number;
  #glue: Glue | undefined;
  #crash: FiligreeError | undefined;
  /** Whether the memory was last refused to grow. */
  #isStarved = false;
  /** Settled by the first error of a thread of the pool. */
  readonly #threadError: Promise<string>;

  private constructor(memory: WebAssembly.Memory, maximumBytes: number, glue: Glue) {
    this.memory = memory;
    this.maximumBytes = maximumBytes;
    this.#glue = glue;
    this.#watchGrowth();
    this.#threadError = new Promise((resolve) => onThreadError(glue, resolve));
  }

  /**
   * Starts the workers of the threads too, but does not wait for them: see {@link whenThreadsAreUp}.
   * @throws FiligreeError `out-of-memory` when so much address space cannot be had,
   * `engine-crashed` when the instance cannot be started.
   */
  static async start(request: InstanceRequest): Promise<Instance> {
    const memory = makeMemory(request);
    const { factory, module } = request;
    const options: GlueOptions = {
      wasmMemory: memory,
      pthreadPoolSize: request.threads - 1,
      startThread: platform.startThread,
      printErr: () => {},
      instantiateWasm: () => ({}),
    };
    try {
      const glue = await new Promise<Glue>((resolve, reject) => {
        options.instantiateWasm = (imports, receive) => {
          WebAssembly.instantiate(module, imports).then((instance) => {
            receive(instance, module);
          }, reject);
          return {};
        };
        // The glue waits for ever when the instance fails to start.
        factory(options).then(resolve, reject);
      });
      return new Instance(memory, wholePages(request.maximumBytes), glue);
    } catch (error) {
      options.PThread?.terminateAllThreads();
      const message = `the engine did not start: ${messageOf(error)}`;
      throw new FiligreeError('engine-crashed', message, { cause: error });
    }
  }

  /**
   * Waits for the workers of the threads. They come up between the tasks of this thread.
   * @throws FiligreeError `engine-crashed` when one of them cannot be started, or does not in that time
   */
  async whenThreadsAreUp(patienceMs = kThreadPatienceMs): Promise<void> {
    const { pthreadPoolReady } = this.#glue ?? {};
    const patience = { isOver: false };
    const late = silence(patienceMs, patience);
    const result = await Promise.race([pthreadPoolReady, this.#threadError, late]);
    patience.isOver = true;
    if (typeof result !== 'string') return;
    throw new FiligreeError('engine-crashed', `a thread could not be started: ${result}`);
  }

  /**
   * Calls into the instance. The action starts at once; FiligreeErrors that it throws pass through.
   * @param doing what it does, for the message of a crash
   * @throws FiligreeError `engine-crashed` when it traps, `out-of-memory` when it does so for want
   * of memory; the same again for every call after that
   */
  async call<T>(doing: string, action: (glue: Glue) => T): Promise<T> {
    if (this.#crash) throw this.#crash;
    if (!this.#glue) throw new FiligreeError('disposed', 'the model was disposed of');
    try {
      return action(this.#glue);
    } catch (error) {
      if (error instanceof FiligreeError) throw error;
      const reason = error === 'unwind' ? await this.#threadMessage() : messageOf(error);
      const [code, what]: [ErrorCode, string] = this.#isStarved
        ? ['out-of-memory', 'no memory left']
        : ['engine-crashed', 'crash'];
      const text = `${what} while ${doing}: ${reason}`;
      throw this.fail(new FiligreeError(code, text, { cause: error }));
    }
  }

  /** Ends the instance; every call after that fails with this error, or the one of an earlier crash. */
  fail(error: FiligreeError): FiligreeError {
    this.#crash ??= error;
    this.end();
    return this.#crash;
  }

  /** Ends the threads and forgets the instance. */
  end(): void {
    this.#glue?.PThread?.terminateAllThreads();
    this.#glue = undefined;
  }

  /** What traps for want of memory cannot say so any more; the glue asked for it through here. */
  #watchGrowth(): void {
    const { memory } = this;
    memory.grow = (pages) => {
      this.#isStarved = true;
      const result = WebAssembly.Memory.prototype.grow.call(memory, pages);
      this.#isStarved = false;
      return result;
    };
  }

  /** 'unwind' says that a thread of the pool trapped; what it died of arrives as an event. */
  #threadMessage(): Promise<string> {
    const timeout = new Promise<string>((resolve) => {
      setTimeout(resolve, kCrashMessageMs, 'a thread of the pool failed');
    });
    return Promise.race([this.#threadError, timeout]);
  }
}

/**
 * What is said of a worker of which nothing was heard for so long. It is counted in small steps: a
 * page that sleeps in between, and its workers with it, has not waited. Node does not stay alive for it.
 * @param patience nobody wants to know any more once it is over
 */
async function silence(milliseconds: number, patience: { isOver: boolean }): Promise<string> {
  for (let step = 0; step < kPatienceSteps && !patience.isOver; ++step) {
    await new Promise<void>((resolve) => {
      const timer: number | { unref(): void } = setTimeout(resolve, milliseconds / kPatienceSteps);
      if (typeof timer === 'object') timer.unref();
    });
  }
  return `no sign of life for ${milliseconds / 1000} s`;
}

/** Calls back with what a thread of the pool dies of; the glue would make it an uncaught exception. */
function onThreadError({ PThread }: Partial<Glue>, callback: (message: string) => void): void {
  const { unusedWorkers = [], runningWorkers = [] } = PThread ?? {};
  for (const worker of [...unusedWorkers, ...runningWorkers]) {
    worker.onerror = (event) => callback(event.message || "a thread's script could not be loaded");
  }
}

function makeMemory({ shared, maximumBytes }: InstanceRequest): WebAssembly.Memory {
  const initial = kInitialBytes / kPageBytes;
  const maximum = wholePages(maximumBytes) / kPageBytes;
  const wanted = `a memory of at most ${megabytes(maximumBytes)}`;
  if (maximum < initial) {
    throw new FiligreeError(
      'out-of-memory',
      `${wanted} was allowed, but the engine alone needs ${megabytes(kInitialBytes)}`,
    );
  }
  try {
    return new WebAssembly.Memory({ initial, maximum, shared });
  } catch (error) {
    const message = `${wanted} was refused: ${messageOf(error)}`;
    throw new FiligreeError('out-of-memory', message, { cause: error });
  }
}

function wholePages(bytes: number): number {
  return bytes - (bytes % kPageBytes);
}

/** "12.3 MB", for messages. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
