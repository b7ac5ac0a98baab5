// loadModel: from a source and options to a Model. Fetches the file and compiles the engine at the
// same time, then opens the engine here or in a worker.

import { platform } from '#platform';
import { type CompileOptions, compileEngine } from './compile.js';
import type { EngineRequest } from './engine/engine.js';
import { openLocalEngine } from './engine/local.js';
import { openRemoteEngine } from './engine/remote.js';
import { type BuildWish, chooseBuild, detectEnvironment } from './environment.js';
import { abortedError, FiligreeError } from './errors.js';
import { parseIntegrity } from './integrity.js';
import { Model } from './model.js';
import { type LoadProgress, Progress } from './progress.js';
import { untilAborted } from './shared.js';
import { type ModelSource, readSource } from './source.js';

/** Bounds for what a model may ask for. */
export interface Limits {
  /** Bytes that the model's WebAssembly memory may grow to. Default: 4 GB, which is all there is. */
  memoryBytes?: number;
  /** Tensors that the file may hold. Default: as many as fit the memory. */
  tensors?: number;
}

/** How {@link loadModel} loads a model, and how it is going to run. All of it is optional. */
export interface LoadOptions {
  /**
   * How many threads compute, the calling one included: 1 to 64. `'auto'` (default): as many as
   * there are cores, at most 4. Without cross-origin isolation it is always one. They start behind
   * the first runs, which do not wait for them.
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
  /**
   * Ends the loading with `aborted`, at once, whatever it is doing. A download that other loads wait
   * for goes on for them.
   */
  signal?: AbortSignal;
  /**
   * Is told how far loading has got: all bytes of `fetch`, then `compile`, then `plan`. When it
   * throws, loading ends with what it threw.
   * @param progress what is being done, and how much of it is done
   */
  onProgress?: (progress: LoadProgress) => void;
  /**
   * Digests of the model file, written as in HTML (`'sha384-…'`): a file with none of them is refused
   * with `fetch-failed`, wherever it came from. Needs a secure context.
   */
  integrity?: string;
  /**
   * Keeps the model (when it comes from a URL) and the engine's WebAssembly in the browser's Cache
   * API, and takes them from there the next time, without asking whether they have changed: give a
   * new model a new URL, or its `integrity`. Other versions of filigree throw away what this one
   * stored. Where storing is impossible the network serves as ever; `explain()` says which. Default
   * false.
   */
  cache?: boolean;
  /** What the model may ask for at most; beyond it loading fails. Default: what the machine has. */
  limits?: Limits;
}

/**
 * Loads a `.tflite` model and makes it ready to run.
 * @param source where the model is: a URL, Request, Response, bytes, Blob or stream; in Node also
 * the path of a file
 * @param options all have defaults
 * @returns the model; {@link Model.dispose} lets go of its threads and memory
 * @throws a {@link FiligreeError}: `fetch-failed`, `not-a-model`, `invalid-model`, `unsupported-op`,
 * `bad-input` (for options), `out-of-memory`, `aborted`, `engine-crashed`, `unsupported-environment`
 * @example
 * ```ts
 * const model = await loadModel('face_detection.tflite');
 * const [boxes, scores] = await model.run({ image: imageData, mean: 127.5, std: 127.5 });
 * ```
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { signal } = options;
  if (signal?.aborted) throw abortedError(signal);
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort);
  let thrown: { error: unknown } | undefined;
  const progress = new Progress(options.onProgress, (error) => {
    thrown = { error };
    abort();
  });
  try {
    return await load(source, options, progress, stop.signal);
  } catch (error) {
    if (thrown) throw thrown.error;
    if (signal?.aborted) throw abortedError(signal);
    throw error;
  } finally {
    progress.end();
    signal?.removeEventListener('abort', abort);
  }
}

async function load(
  source: ModelSource,
  options: LoadOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Model> {
  const { worker = platform.workerByDefault, sparse = 'auto', cache = false } = options;
  const limits = checkLimits(options.limits ?? {});
  if (!['auto', 'never', 'always'].includes(sparse)) {
    throw badOption('sparse', "'auto', 'never' or 'always'", sparse);
  }
  const digests = options.integrity === undefined ? undefined : parseIntegrity(options.integrity);
  const base = options.baseUrl === undefined ? undefined : platform.folderUrl(options.baseUrl);
  const wish = { variant: options.variant ?? 'auto', threads: options.threads ?? 'auto' };
  const reports = [progress.addPart(), progress.addPart()];
  const [file, build] = await both(
    readSource(source, { digests, cache, signal, report: reports[0] }),
    prepareBuild(wish, base, { cache, signal, report: reports[1] }),
  );
  progress.compiled();
  const { variant, threads, reasons } = build.choice;
  const { module } = build;
  const request = { file: file.bytes, module, base, sparse, limits, variant, threads };
  const notes = cache ? { cache: `model: ${file.cacheNote}; engine: ${build.cacheNote}` } : {};
  try {
    const engine = await open(request, worker, file.isOwn, signal);
    progress.planned();
    const model = new Model(engine, { worker, reasons: { ...reasons, ...notes } });
    if (!signal.aborted) return model;
    model.dispose();
    throw abortedError(signal);
  } catch (error) {
    const known = FiligreeError.from(error, 'engine-crashed');
    if (['not-a-model', 'invalid-model'].includes(known.code)) await file.discard?.();
    // The engine knows only bytes, and a page may load several models.
    throw new FiligreeError(known.code, `${file.name}: ${known.message}`, { cause: known });
  }
}

/** Opens the engine here or in a worker; one that is there too late is disposed of. */
async function open(
  request: EngineRequest,
  worker: boolean,
  ownsFile: boolean,
  signal: AbortSignal,
) {
  if (signal.aborted) throw abortedError(signal);
  const opening = worker ? openRemoteEngine(request, ownsFile, signal) : openLocalEngine(request);
  try {
    return await untilAborted(opening, signal);
  } catch (error) {
    opening.then((engine) => engine.dispose()).catch(() => {});
    throw error;
  }
}

async function prepareBuild(wish: BuildWish, base: string | undefined, options: CompileOptions) {
  const choice = chooseBuild(await detectEnvironment(wish), wish);
  return { choice, ...(await compileEngine(choice.variant, base, options)) };
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
