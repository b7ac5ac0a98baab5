// An engine on the other side of a port: posts each call there and waits for the answer. Inputs and
// outputs change hands instead of being copied, where their memory allows it.

import { type ErrorCode, FiligreeError } from '../errors.js';
import type { Port } from '../platform/platform.js';
import type { MemoryReport, Profile } from '../reports.js';
import { isShared, type TensorArray } from '../tensors.js';
import type { Engine, EngineExplanation, EngineInput, EngineRequest, ModelInfo } from './engine.js';
import type { Answer, Method, Question } from './messages.js';

export const kNotStarted = "the engine's worker could not be started";

interface Pending {
  resolve(result: unknown): void;
  reject(error: FiligreeError): void;
}

/** Whether posting can hand over exactly this array: its memory is all its own. */
export function isMovable(array: ArrayBufferView): array is ArrayBufferView<ArrayBuffer> {
  return array.byteLength === array.buffer.byteLength && !isShared(array.buffer);
}

/** Questions and answers over a worker's port. */
export class WorkerLink {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #hasAnswered = false;
  readonly #whenClosed = new Set<(error: FiligreeError) => void>();
  #closed: FiligreeError | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.onMessage = (message) => this.#receive(message as Answer);
    port.onFailure = (reason) => {
      const [code, what]: [ErrorCode, string] = this.#hasAnswered
        ? ['engine-crashed', "the engine's worker died"]
        : ['fetch-failed', kNotStarted];
      this.close(new FiligreeError(code, `${what}: ${reason}`));
    };
  }

  ask<T>(
    question: { open: EngineRequest } | { method: Method; args: unknown[] },
    transfer: Transferable[],
  ) {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw this.#closed;
      const id = ++this.#lastId;
      this.#port.post({ id, ...question } satisfies Question, transfer);
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject });
      this.#port.setBusy(true);
    });
  }

  /** Calls a method of the engine; the memory of inputs and of `into` changes hands. */
  call<T>(
    method: Method,
    args: unknown[],
    moved: readonly (EngineInput | undefined)[] = [],
  ): Promise<T> {
    const parts = moved.flatMap((one) => (one ? [movedWith(one)] : []));
    // Two inputs may share one buffer, which can be moved only once.
    return this.ask<T>({ method, args }, [...new Set(parts)]);
  }

  run(inputs: EngineInput[], into: (TensorArray | undefined)[]): Promise<TensorArray[]> {
    return this.call('run', [inputs, into], [...inputs, ...into]);
  }

  /** Lets others ask through a channel of their own, which never tells that the worker has ended. */
  connect(end: MessagePort, onClosed: (error: FiligreeError) => void): () => void {
    if (this.#closed) onClosed(this.#closed);
    else this.#port.post({ id: 0, connect: end } satisfies Question, [end]);
    this.#whenClosed.add(onClosed);
    return () => this.#whenClosed.delete(onClosed);
  }

  /** Ends the worker; what is pending, and all that comes later, fails with this error. */
  close(error: FiligreeError): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#port.close();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    for (const tell of this.#whenClosed) tell(error);
  }

  #receive(answer: Answer): void {
    this.#hasAnswered = true;
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#port.setBusy(false);
    if ('error' in answer) pending?.reject(FiligreeError.fromJSON(answer.error));
    else pending?.resolve(answer.result);
  }
}

/** What changes hands with an input. */
function movedWith(input: EngineInput): Transferable {
  if ('frame' in input) return input.frame;
  return ('bytes' in input ? input.bytes : input).buffer as ArrayBuffer;
}

export class RemoteEngine implements Engine {
  readonly takesInputs = true;

  readonly #link: WorkerLink;

  constructor(
    link: WorkerLink,
    readonly info: ModelInfo,
  ) {
    this.#link = link;
  }

  async run(inputs: EngineInput[], into: (TensorArray | undefined)[]): Promise<TensorArray[]> {
    const moved = into.map((array) => (array && isMovable(array) ? array : undefined));
    const outputs = await this.#link.run(inputs, moved);
    return outputs.map((output, i) => {
      const target = into[i];
      if (!target || moved[i]) return output;
      target.set(output as never);
      return target;
    });
  }

  explain(): Promise<EngineExplanation> {
    return this.#link.call('explain', []);
  }

  profile(inputs: EngineInput[], runs: number): Promise<Profile> {
    return this.#link.call('profile', [inputs, runs], inputs);
  }

  memory(): Promise<MemoryReport> {
    return this.#link.call('memory', []);
  }

  peak(seconds: number): Promise<number> {
    return this.#link.call('peak', [seconds]);
  }

  connect(end: MessagePort, onClosed: (error: FiligreeError) => void): () => void {
    return this.#link.connect(end, onClosed);
  }

  dispose(why = new FiligreeError('disposed', 'the model was disposed of')): void {
    this.#link.close(why);
  }
}
