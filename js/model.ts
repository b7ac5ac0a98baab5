/// <reference lib="esnext.disposable" preserve="true" />
// A loaded model, as the caller holds it: checks and copies inputs, queues calls, names outputs.

import type { Engine, EngineInput } from './engine/engine.js';
import { isMovable } from './engine/link.js';
import type { Answer, Call } from './engine/messages.js';
import { type ErrorCode, FiligreeError } from './errors.js';
import { closeFrames } from './frames/frame_part.js';
import { type Input, type Into, type SortedInputs, sortInputs, sortInto } from './inputs.js';
import { Queue } from './queue.js';
import type { Explanation, MemoryReport, Profile } from './reports.js';
import {
  isShared,
  isTypedArray,
  type Tensor,
  type TensorArray,
  type TensorInfo,
  tensorsOf,
} from './tensors.js';

/** How {@link Model.run} treats its call, its inputs and its outputs. */
export interface RunOptions {
  /** Takes the call out of the queue (`aborted`). A call that has begun goes on to its end. */
  signal?: AbortSignal;
  /**
   * Give the inputs' memory away instead of having it copied: the arrays are empty afterwards.
   * Default false. Pictures and shared memory are always copied.
   */
  transfer?: boolean;
  /**
   * Memory for the outputs: those of an earlier run, or typed arrays of the right sizes, in model
   * order or by name. What is given may be taken away: use what `run` returns.
   */
  into?: Into;
}

/** What {@link Model.profile} measures. */
export interface ProfileOptions {
  /** How many runs are timed, at least 1. Default 10. */
  runs?: number;
  /** Takes the call out of the queue (`aborted`). A call that has begun goes on to its end. */
  signal?: AbortSignal;
}

/** Once a model is loaded, only a trap runs out of memory. */
const kFatal: readonly ErrorCode[] = ['engine-crashed', 'out-of-memory'];

/** Older engines lack the symbols of `using`. */
const kDispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
const kAsyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/**
 * A model that is ready to run. Calls queue: the first in is the first out, and one runs at a time.
 * Every call rejects with a {@link FiligreeError}: `disposed` after {@link Model.dispose},
 * `engine-crashed` once the engine has crashed, with the message of the crash.
 */
export class Model {
  /** The model's inputs, in its own order. */
  readonly inputs: readonly TensorInfo[];
  /** The model's outputs, in its own order. */
  readonly outputs: readonly TensorInfo[];
  readonly #engine: Engine;
  readonly #choice: Pick<Explanation, 'worker' | 'reasons'>;
  readonly #queue = new Queue();

  /** @internal */
  constructor(engine: Engine, choice: Pick<Explanation, 'worker' | 'reasons'>) {
    this.#engine = engine;
    this.#choice = choice;
    this.inputs = engine.info.inputs;
    this.outputs = engine.info.outputs;
  }

  /**
   * Runs the model.
   * @param inputs one input, or an array with all of them in model order
   * @param options a signal, and whose memory is used
   * @returns the outputs in model order; their arrays are fresh (or those of `into`) and the caller's
   * @throws a {@link FiligreeError}: `bad-input` when an input does not fit, `aborted`, `disposed`,
   * `out-of-memory`, `engine-crashed`
   */
  run(inputs: Input | readonly Input[], options?: RunOptions): Promise<Tensor[]>;
  /**
   * Runs the model.
   * @param inputs the inputs by name
   * @param options a signal, and whose memory is used
   * @returns the outputs by name
   * @throws a {@link FiligreeError}: `bad-input` when an input does not fit, is missing or has a name
   * that the model does not know, `aborted`, `disposed`, `out-of-memory`, `engine-crashed`
   */
  run(
    inputs: Readonly<Record<string, Input>>,
    options?: RunOptions,
  ): Promise<Record<string, Tensor>>;
  async run(inputs: unknown, options: RunOptions = {}): Promise<Tensor[] | Record<string, Tensor>> {
    const sorted = sortInputs(inputs, this.inputs);
    const into = sortInto(options.into, this.outputs);
    const given = this.#prepare(sorted, options.transfer ?? false);
    const data = await this.#add(() => this.#engine.run(given, into), options.signal, given);
    const tensors = tensorsOf(this.outputs, data);
    if (!sorted.isNamed) return tensors;
    return Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor]));
  }

  /**
   * What runs and why: the build, the threads, and each layer's kernel with its reason. Waits until
   * the threads have started; the first runs may have gone ahead without them.
   * @throws a {@link FiligreeError}: `disposed`, `engine-crashed`
   */
  async explain(): Promise<Explanation> {
    const { build, ...known } = await this.#add(() => this.#engine.explain());
    return { variant: build, ...this.#choice, ...known };
  }

  /**
   * Runs the model several times and times each layer.
   * @param inputs as for {@link Model.run}; they are copied
   * @param options how many runs, and a signal
   * @returns medians over the runs, in milliseconds
   * @throws a {@link FiligreeError}: `bad-input` when an input or the number of runs makes no sense,
   * `aborted`, `disposed`, `out-of-memory`, `engine-crashed`
   */
  async profile(
    inputs: Input | readonly Input[] | Readonly<Record<string, Input>>,
    { runs = 10, signal }: ProfileOptions = {},
  ): Promise<Profile> {
    if (!(Number.isInteger(runs) && runs >= 1)) {
      throw new FiligreeError('bad-input', `option runs: expected a whole number ≥ 1, got ${runs}`);
    }
    const given = this.#prepare(sortInputs(inputs, this.inputs), false);
    return this.#add(() => this.#engine.profile(given, runs), signal, given);
  }

  /**
   * How many bytes the model takes, and for what.
   * @throws a {@link FiligreeError}: `disposed`, `engine-crashed`
   */
  memory(): Promise<MemoryReport> {
    return this.#add(() => this.#engine.memory());
  }

  /**
   * Measures what this build can do at most on this machine and this model's threads: a loop of
   * multiply-adds that touches no memory.
   * @param seconds about how long to measure
   * @returns multiply-adds per second, in 10⁹/s
   * @throws a {@link FiligreeError}: `disposed`, `engine-crashed`
   */
  peak(seconds = 0.1): Promise<number> {
    return this.#add(() => this.#engine.peak(seconds));
  }

  /**
   * The way from a track's worker to the engine: to its worker, or, where it has none, to here.
   * @returns what to call when nobody needs to hear of the engine's end any more
   * @internal
   */
  connect(end: MessagePort, onClosed: (error: FiligreeError) => void): (() => void) | undefined {
    if (this.#engine.connect) return this.#engine.connect(end, onClosed);
    end.onmessage = ({ data }: MessageEvent<Call>) => this.#answer(end, data);
    return undefined;
  }

  /** What an engine's worker does. */
  async #answer(end: MessagePort, call: Call): Promise<void> {
    const { id } = call;
    const [inputs, into] = ('args' in call ? call.args : []) as Parameters<Engine['run']>;
    try {
      const result = await this.#add(() => this.#engine.run(inputs, into), undefined, inputs);
      end.postMessage({ id, result } satisfies Answer);
    } catch (error) {
      const known = FiligreeError.from(error, 'engine-crashed');
      end.postMessage({ id, error: known.toJSON() } satisfies Answer);
    }
  }

  /**
   * Ends the engine with its threads and its worker and lets go of its memory. Calls that are left
   * reject with `disposed`. Disposing twice is fine.
   */
  dispose(): void {
    this.#queue.close(new FiligreeError('disposed', 'the model was disposed of'));
    this.#engine.dispose();
  }

  /** {@link Model.dispose} at the end of the block: `using model = await loadModel(…)`. */
  [kDispose](): void {
    this.dispose();
  }

  /** The same for `await using`. */
  async [kAsyncDispose](): Promise<void> {
    this.dispose();
  }

  /**
   * Queues a call on the engine. A crash, be it of too little memory, is the end of the model. Frames
   * among the inputs are let go of in the end, also by a call that never begins.
   */
  async #add<T>(
    call: () => Promise<T>,
    signal?: AbortSignal,
    inputs: readonly EngineInput[] = [],
  ): Promise<T> {
    try {
      return await this.#queue.add(async () => {
        try {
          return await call();
        } catch (error) {
          if (error instanceof FiligreeError && kFatal.includes(error.code)) {
            this.#queue.close(error);
            this.#engine.dispose(error);
          }
          throw error;
        }
      }, signal);
    } finally {
      closeFrames(inputs);
    }
  }

  /**
   * The caller may write to its arrays and pixels again and close its frames as soon as run() has
   * returned: they are copied now, once, unless the engine reads them right away or the caller gives
   * them away.
   */
  #prepare({ read }: SortedInputs, transfer: boolean): EngineInput[] {
    const isReadNow = this.#queue.isIdle && !this.#engine.takesInputs;
    return read.map(({ input, isOwn }) => {
      if (isOwn) return input;
      if ('frame' in input) return { ...input, frame: input.frame.clone() };
      const isArray = isTypedArray(input);
      if (isArray && transfer && !isShared(input.buffer)) return this.#take(input);
      if (isReadNow) return input;
      return isArray ? copied(input) : { ...input, bytes: copied(input.bytes) };
    });
  }

  /** Takes the array's memory from the caller, with and without a worker alike. */
  #take(array: TensorArray): TensorArray {
    const taken = structuredClone(array, { transfer: [array.buffer as ArrayBuffer] });
    return this.#engine.takesInputs && !isMovable(taken) ? taken.slice() : taken;
  }
}

/** Bytes not by slice(), which of Node's Buffers makes another view only. */
function copied<A extends TensorArray | Uint8ClampedArray>(array: A): A {
  const isBytes = array instanceof Uint8Array || array instanceof Uint8ClampedArray;
  return (isBytes ? new Uint8Array(array) : array.slice()) as A;
}
