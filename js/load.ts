// loadModel: from a source and options to a Model. Fetches the file and compiles the engine at the
// same time, then opens the engine here or in a worker.

import { platform } from '#platform';
import { compileEngine } from './compile.js';
import { openLocalEngine } from './engine/local.js';
import { openRemoteEngine } from './engine/remote.js';
import { type BuildWish, chooseBuild, detectEnvironment } from './environment.js';
import { abortedError, FiligreeError } from './errors.js';
import { Model } from './model.js';
import { type ModelSource, readSource } from './source.js';

/** Bounds for what a model may ask for. */
export interface Limits {
  /** Bytes that the model's WebAssembly memory may grow to. Default: 4 GB, which is all there is. */
  memoryBytes?: number;
  /** Tensors that the file may hold. Default: as many as fit the memory. */
  tensors?: number;
}

export interface LoadOptions {
  /**
   * How many threads compute, the calling one included. `'auto'` (default): as many as there are
   * cores, at most 4; one without cross-origin isolation.
   */
  threads?: 'auto' | number;
  /** Whether the engine lives in a worker. Default: true where there is a window. */
  worker?: boolean;
  /** The build: with relaxed SIMD or without. `'auto'` (default): relaxed where the browser has it. */
  variant?: 'auto' | 'simd' | 'relaxed';
  /**
   * Kernels for weights with zeros: where they pay (`'auto'`, default), nowhere (`'never'`), or
   * wherever there is one zero (`'always'`).
   */
  sparse?: 'auto' | 'never' | 'always';
  /**
   * The folder that the package's dist/ was copied to, if the engine's files do not lie beside the
   * JavaScript.
   */
  baseUrl?: string | URL;
  /** Ends the loading with `aborted`. */
  signal?: AbortSignal;
  limits?: Limits;
}

/**
 * Loads a `.tflite` model and makes it ready to run.
 * @param source where the model is: a URL, Request, Response, bytes, Blob or stream; in Node also
 * the path of a file
 * @throws FiligreeError `fetch-failed`, `not-a-model`, `invalid-model`, `unsupported-op`,
 * `bad-input` (for options), `out-of-memory`, `aborted`, `unsupported-environment`
 * @example
 * const model = await loadModel('face_detection.tflite');
 * const [boxes, scores] = await model.run({ image: imageData, mean: 127.5, std: 127.5 });
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { signal, worker = platform.workerByDefault, sparse = 'auto' } = options;
  const limits = checkLimits(options.limits ?? {});
  if (!['auto', 'never', 'always'].includes(sparse)) {
    throw badOption('sparse', "'auto', 'never' or 'always'", sparse);
  }
  if (signal?.aborted) throw abortedError(signal);
  const base = options.baseUrl === undefined ? undefined : platform.folderUrl(options.baseUrl);
  const [{ bytes, isOwn, name }, { choice, module }] = await both(
    readSource(source, signal),
    prepareBuild({ variant: options.variant ?? 'auto', threads: options.threads ?? 'auto' }, base),
  );
  const { variant, threads } = choice;
  const request = { file: bytes, module, base, sparse, limits, variant, threads };
  try {
    const open = worker ? openRemoteEngine(request, isOwn, signal) : openLocalEngine(request);
    const model = new Model(await open, { worker, reasons: choice.reasons });
    if (!signal?.aborted) return model;
    model.dispose();
    throw abortedError(signal);
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    const known = FiligreeError.from(error, 'engine-crashed');
    // The engine knows only bytes, and a page may load several models.
    throw new FiligreeError(known.code, `${name}: ${known.message}`, { cause: known });
  }
}

async function prepareBuild(wish: BuildWish, base: string | undefined) {
  const choice = chooseBuild(await detectEnvironment(wish), wish);
  return { choice, module: await compileEngine(choice.variant, base) };
}

/** Like Promise.all, but the error of the first, which concerns the caller most, wins. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  second.catch(() => {});
  return [await first, await second];
}

function checkLimits({ memoryBytes = 0, tensors = 0 }: Limits): Required<Limits> {
  for (const [option, value] of Object.entries({ memoryBytes, tensors })) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw badOption(`limits.${option}`, 'a number ≥ 0', value);
    }
  }
  return { memoryBytes, tensors };
}

function badOption(option: string, expected: string, value: unknown): FiligreeError {
  const text = `option ${option}: expected ${expected}, got ${JSON.stringify(value)}`;
  return new FiligreeError('bad-input', text);
}
