// What the TypeScript tests share: where the built engine and the real models are, and an engine that
// only pretends.

import { fileURLToPath } from 'node:url';
import type { Engine, EngineInput, ModelInfo } from '../../../js/engine/engine.js';
import { FiligreeError } from '../../../js/errors.js';
import type { LoadOptions } from '../../../js/load.js';
import type { TensorArray, TensorInfo } from '../../../js/tensors.js';

const root = new URL('../../../', import.meta.url);

/** The folder of the built engine, which the tests run from the sources of the TypeScript. */
export const distUrl = new URL(process.env.FILIGREE_DIST ?? 'dist/', root).href;

/** Options that every load in a test needs. */
export const kBase: LoadOptions = { baseUrl: distUrl };

/** The path of a real model that set-up has unpacked. */
export function modelPath(name: string): string {
  return fileURLToPath(new URL(`build/models/${name}.tflite`, root));
}

export function photoPath(name: string): string {
  return fileURLToPath(new URL(`build/photos/${name}.jpg`, root));
}

export function tensorInfo(name: string, shape: number[], index = 0): TensorInfo {
  return { name, shape, dtype: 'float32', index };
}

/** The same noise everywhere, in [0, 1). */
export function noise(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 1009) / 1009);
}

/** A predicate for assert.rejects and assert.throws: the code, and what the message must say. */
export function failure(code: string, ...texts: (string | RegExp)[]) {
  return (error: unknown) => {
    if (!(error instanceof FiligreeError)) throw error;
    if (error.code !== code)
      throw new Error(`expected ${code}, got ${error.code}`, { cause: error });
    for (const text of texts) {
      const found =
        typeof text === 'string' ? error.message.includes(text) : text.test(error.message);
      if (!found) throw new Error(`${text} is not in: ${error.message}`);
    }
    return true;
  };
}

/** One call that a FakeEngine waits with until the test settles it. */
export interface FakeCall {
  method: string;
  inputs: EngineInput[];
  into: (TensorArray | undefined)[];
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** An engine that records its calls and answers when told to. */
export class FakeEngine implements Engine {
  readonly calls: FakeCall[] = [];
  disposals = 0;
  /** The first reason for it that was given. */
  endedBy: FiligreeError | undefined;

  constructor(
    readonly info: ModelInfo,
    readonly takesInputs = false,
  ) {}

  run(inputs: EngineInput[], into: (TensorArray | undefined)[]): Promise<TensorArray[]> {
    return this.#record('run', inputs, into);
  }

  explain() {
    return this.#record<never>('explain');
  }

  profile(inputs: EngineInput[]) {
    return this.#record<never>('profile', inputs);
  }

  memory() {
    return this.#record<never>('memory');
  }

  peak() {
    return this.#record<number>('peak');
  }

  dispose(why?: FiligreeError): void {
    ++this.disposals;
    this.endedBy ??= why;
  }

  #record<T>(
    method: string,
    inputs: EngineInput[] = [],
    into: (TensorArray | undefined)[] = [],
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.calls.push({ method, inputs, into, resolve: resolve as FakeCall['resolve'], reject });
    });
  }
}

/** Lets everything that is ready to go on do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
