// An engine in a worker: posts each call there and waits for the answer. Inputs and outputs change
// hands instead of being copied, where their memory allows it.

import { platform } from '#platform';
import { type ErrorCode, FiligreeError, messageOf } from '../errors.js';
import type { Port } from '../platform/platform.js';
import type { MemoryReport, Profile } from '../reports.js';
import { isShared, type TensorArray } from '../tensors.js';
import type { Engine, EngineExplanation, EngineInput, EngineRequest, ModelInfo } from './engine.js';
import type { Answer, Method, Question } from './messages.js';

const kNotStarted = "the engine's worker could not be started";

interface Pending {
  resolve(result: unknown): void;
  reject(error: FiligreeError): void;
}

/**
 * Loads a model in a worker of its own.
 * @param ownsFile whether the file's memory may be moved to the worker
 * @param signal ends the worker when it fires
 * @throws FiligreeError as the engine does; `fetch-failed` when the worker cannot be started
 */
export async function openRemoteEngine(
  request: EngineRequest,
  ownsFile: boolean,
  signal?: AbortSignal,
): Promise<Engine> {
  const link = new WorkerLink(startWorker(request.base));
  const glue = platform.glueUrl(request.variant, request.base);
  const abort = () => link.close(new FiligreeError('aborted', 'aborted while loading'));
  signal?.addEventListener('abort', abort);
  try {
    const info = await link.ask<ModelInfo>(
      { open: { ...request, glue } },
      ownsFile && isMovable(request.file) ? [request.file.buffer] : [],
    );
    return new RemoteEngine(link, info);
  } catch (error) {
    link.close(FiligreeError.from(error, 'engine-crashed'));
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function startWorker(base: string | undefined): Port {
  try {
    return platform.startWorker(base);
  } catch (error) {
    throw new FiligreeError('fetch-failed', `${kNotStarted}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Whether posting can hand over exactly this array: its memory is all its own. */
export function isMovable(array: ArrayBufferView): array is ArrayBufferView<ArrayBuffer> {
  return array.byteLength === array.buffer.byteLength && !isShared(array.buffer);
}

/** Questions and answers over a worker's port. */
class WorkerLink {
  readonly #port: Port;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #hasAnswered = false;
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

  /** Ends the worker; what is pending, and all that comes later, fails with this error. */
  close(error: FiligreeError): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#port.close();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
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

class RemoteEngine implements Engine {
  readonly takesInputs = true;

  constructor(
    private readonly link: WorkerLink,
    readonly info: ModelInfo,
  ) {}

  async run(inputs: EngineInput[], into: (TensorArray | undefined)[]): Promise<TensorArray[]> {
    const moved = into.map((array) => (array && isMovable(array) ? array : undefined));
    const outputs = await this.call<TensorArray[]>('run', [inputs, moved], [...inputs, ...moved]);
    return outputs.map((output, i) => {
      const target = into[i];
      if (!target || moved[i]) return output;
      target.set(output as never);
      return target;
    });
  }

  explain(): Promise<EngineExplanation> {
    return this.call('explain', []);
  }

  profile(inputs: EngineInput[], runs: number): Promise<Profile> {
    return this.call('profile', [inputs, runs], inputs);
  }

  memory(): Promise<MemoryReport> {
    return this.call('memory', []);
  }

  peak(seconds: number): Promise<number> {
    return this.call('peak', [seconds]);
  }

  dispose(): void {
    this.link.close(new FiligreeError('disposed', 'the model was disposed of'));
  }

  private call<T>(
    method: Method,
    args: unknown[],
    moved: readonly (EngineInput | undefined)[] = [],
  ): Promise<T> {
    const parts = moved.flatMap((one) => (one ? [movedWith(one)] : []));
    // Two inputs may share one buffer, which can be moved only once.
    return this.link.ask<T>({ method, args }, [...new Set(parts)]);
  }
}
