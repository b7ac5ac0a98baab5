// The one TypeScript file that knows pointers: a model in a WebAssembly instance on this thread,
// behind the C interface of filigree.h. Copies file and tensors in and out, decodes texts, turns
// statuses into FiligreeErrors, and finds out how much memory a model needs.

import { platform } from '#platform';
import type {
  Engine,
  EngineExplanation,
  EngineInput,
  EngineRequest,
  ModelInfo,
  Normalization,
  PixelBytes,
} from '../engine/engine.js';
import { type ErrorCode, FiligreeError, messageOf } from '../errors.js';
import { closeFrames } from '../frames/frame_part.js';
import { FrameReader } from '../frames/frame_reader.js';
import type { MemoryReport, Profile } from '../reports.js';
import { arrayClass, elementCount, type TensorArray, type TensorInfo } from '../tensors.js';
import type { Glue } from './glue.js';
import { Instance, kMaximumBytes, megabytes } from './instance.js';

/** By StatusCode in src/status.h. */
const kCodes: readonly (ErrorCode | undefined)[] = [
  undefined,
  'not-a-model',
  'invalid-model',
  'unsupported-op',
  'bad-input',
  'out-of-memory',
];
const kOutOfMemory = kCodes.indexOf('out-of-memory');

/** By FiligreeSparse in filigree.h. */
const kSparse = ['auto', 'never', 'always'];

/** How often a larger memory is tried. */
const kAttempts = 4;

/**
 * The first guess at what a model takes: the file, its weights unpacked from fp16 and from sparse,
 * feature maps. Only address space; what is not used costs nothing.
 */
function firstMaximum(fileBytes: number): number {
  return fileBytes * 5 + 32e6;
}

/** Growing overshoots by up to 5 %, and stacks and small blocks are not in the engine's sum. */
function maximumFor(wantedBytes: number): number {
  return wantedBytes * 1.07 + 1e6;
}

/**
 * Loads a model on this thread.
 * @throws FiligreeError with the code that filigree.h's status stands for
 */
export async function openEngine(request: EngineRequest): Promise<Engine> {
  const { file, module, threads, variant, base, limits } = request;
  const glue = request.glue ?? platform.glueUrl(variant, base);
  const factory = await platform.importGlue(glue).catch((error) => {
    throw new FiligreeError('fetch-failed', `the engine's script: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const shared = variant.endsWith('-threads');
  const limit = Math.min(limits.memoryBytes || kMaximumBytes, kMaximumBytes);
  let maximumBytes = Math.min(firstMaximum(file.byteLength), limit);
  for (let attempt = 1; ; ++attempt) {
    const instance = await Instance.start({ factory, module, threads, shared, maximumBytes });
    const result = await tryLoading(instance, request);
    if ('info' in result) return new WasmEngine(instance, result.session, result.info, threads);
    const { wantedBytes } = result;
    const nextMaximum = Math.min(limit, Math.max(maximumFor(wantedBytes), maximumBytes * 1.5));
    if (attempt === kAttempts || wantedBytes > limit || nextMaximum <= maximumBytes) {
      throw new FiligreeError('out-of-memory', `${result.message} (${numbers(result, limit)})`);
    }
    maximumBytes = nextMaximum;
  }
}

/** Ends the instance unless the model is in it. */
async function tryLoading(instance: Instance, request: EngineRequest): Promise<Loaded | Shortage> {
  let result: Loaded | Shortage | undefined;
  try {
    result = await instance.call('loading the model', (glue) => load(glue, instance, request));
    return result;
  } catch (error) {
    const isShortage = error instanceof FiligreeError && error.code === 'out-of-memory';
    if (!isShortage) throw error;
    return { message: error.message, wantedBytes: 0 };
  } finally {
    if (!(result && 'info' in result)) instance.end();
  }
}

interface Loaded {
  session: number;
  info: ModelInfo;
}

interface Shortage {
  message: string;
  /** 0: unknown. */
  wantedBytes: number;
}

function numbers({ wantedBytes }: Shortage, limit: number): string {
  const wanted = wantedBytes > 0 ? `the model wants ${megabytes(wantedBytes)}, ` : '';
  return `${wanted}${megabytes(limit)} are allowed`;
}

/** A fresh session with the model in it, or how much memory that would take. */
function load(
  glue: Glue,
  { memory }: Instance,
  { file, threads, sparse, limits }: EngineRequest,
): Loaded | Shortage {
  const session = glue._filigree_create() >>> 0;
  const buffer = session && glue._filigree_file_buffer(session, file.byteLength) >>> 0;
  if (!buffer) return { message: 'no room for the model file', wantedBytes: 0 };
  new Uint8Array(memory.buffer, buffer, file.byteLength).set(file);
  const kind = kSparse.indexOf(sparse);
  const status = glue._filigree_load(session, threads, kind, limits.memoryBytes, limits.tensors);
  const text = readText(glue, memory, session);
  if (status === kOutOfMemory) {
    return { message: text, wantedBytes: glue._filigree_wanted_bytes(session) };
  }
  checkStatus(status, text);
  const { inputs, outputs } = JSON.parse(text) as ModelInfo;
  return {
    session,
    info: { inputs: describe(inputs, 'input'), outputs: describe(outputs, 'output') },
  };
}

function describe(tensors: TensorInfo[], kind: string): TensorInfo[] {
  return tensors.map(({ name, shape, dtype }, index) => {
    return { name: name || `${kind}_${index}`, shape, dtype, index };
  });
}

function checkStatus(status: number, text: string): void {
  if (status !== 0) throw new FiligreeError(kCodes[status] ?? 'engine-crashed', text);
}

/** The text of the last call. Decoders refuse shared memory, so that it is copied first. */
function readText(glue: Glue, memory: WebAssembly.Memory, session: number): string {
  const bytes = glue._filigree_text_bytes(session);
  const text = new Uint8Array(memory.buffer, glue._filigree_text(session) >>> 0, bytes);
  return new TextDecoder().decode(text.slice());
}

/** The page's next task: what has come for it meanwhile is handled before. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * Starting a worker takes longer than most models take to load and to run once, so that nobody waits
 * for the threads: until they are up, the model runs on the caller's thread alone.
 */
class WasmEngine implements Engine {
  readonly takesInputs = false;
  readonly #reader = new FrameReader();
  /**
   * Settles when the threads have started, or have failed to and the instance has ended. (Not #, like
   * the instance: tests look at both.)
   */
  private starting: Promise<void> | undefined;

  constructor(
    private readonly instance: Instance,
    private readonly session: number,
    readonly info: ModelInfo,
    threads: number,
  ) {
    if (threads > 1) this.starting = this.#startThreads();
  }

  async #startThreads(): Promise<void> {
    try {
      await this.instance.whenThreadsAreUp();
      await this.instance.call('starting the threads', (glue) =>
        this.#check(glue, glue._filigree_start_threads(this.session)),
      );
    } catch (error) {
      this.instance.fail(FiligreeError.from(error, 'engine-crashed'));
    }
    this.starting = undefined;
  }

  async run(inputs: EngineInput[], into: (TensorArray | undefined)[]): Promise<TensorArray[]> {
    await this.#writeInputs(inputs);
    const outputs = await this.#compute(into);
    // Workers come up between tasks; a caller that waits for nothing but the next run has none.
    if (this.starting) await nextTask();
    return outputs;
  }

  #compute(into: (TensorArray | undefined)[]) {
    return this.instance.call('running the model', (glue) => {
      this.#check(glue, glue._filigree_run(this.session));
      return this.info.outputs.map((output, i) => {
        const target = into[i] ?? new (arrayClass(output.dtype))(elementCount(output.shape));
        const pointer = glue._filigree_output(this.session, i);
        target.set(this.#view(output, pointer) as never);
        return target;
      });
    });
  }

  async explain(): Promise<EngineExplanation> {
    await this.starting;
    return this.#ask('explaining', (glue) => glue._filigree_explain(this.session));
  }

  async profile(inputs: EngineInput[], runs: number): Promise<Profile> {
    await this.#writeInputs(inputs);
    await this.starting;
    return this.#ask('profiling', (glue) => glue._filigree_profile(this.session, runs));
  }

  async memory(): Promise<MemoryReport> {
    await this.starting;
    const report = await this.#ask<MemoryReport>('measuring memory', (glue) =>
      glue._filigree_memory(this.session),
    );
    const { memory, maximumBytes } = this.instance;
    return { ...report, wasmBytes: memory.buffer.byteLength, wasmMaximumBytes: maximumBytes };
  }

  async peak(seconds: number): Promise<number> {
    await this.starting;
    return this.instance.call('measuring the peak', (glue) =>
      glue._filigree_peak(this.session, seconds),
    );
  }

  dispose(): void {
    // Memory, threads and session go together; nothing in there needs to be destroyed one by one.
    this.instance.end();
  }

  /** Arrays and bytes are read before this returns its promise; frames one after the other. */
  async #writeInputs(inputs: readonly EngineInput[]): Promise<void> {
    try {
      await Promise.all(inputs.map((one, i) => 'frame' in one || this.#writeInput(i, one)));
      for (const [i, one] of inputs.entries()) {
        if (!('frame' in one)) continue;
        const bytes = await this.#reader.read(one, this.info.inputs[i]);
        await this.#writeInput(i, { ...one, bytes });
      }
    } finally {
      closeFrames(inputs);
    }
  }

  #writeInput(i: number, input: TensorArray | (PixelBytes & Normalization)): Promise<void> {
    return this.instance.call('running the model', (glue) => {
      const target = this.#view(this.info.inputs[i], glue._filigree_input(this.session, i));
      if (!('bytes' in input)) return target.set(input as never);
      const { bytes, mean, std } = input;
      // To the end of the memory that their floats will fill from the front.
      const { buffer, byteOffset, byteLength } = target;
      new Uint8Array(buffer, byteOffset + byteLength - bytes.length).set(bytes);
      const bytesPerPixel = (3 * bytes.length) / target.length;
      this.#check(glue, glue._filigree_normalize(this.session, i, bytesPerPixel, ...mean, ...std));
    });
  }

  /** A tensor in the instance's memory. Taken anew for each call: the memory may have grown. */
  #view({ dtype, shape }: TensorInfo, pointer: number): TensorArray {
    const { buffer } = this.instance.memory;
    return new (arrayClass(dtype))(buffer, pointer >>> 0, elementCount(shape));
  }

  /** A call that answers with JSON. */
  #ask<T>(doing: string, call: (glue: Glue) => number): Promise<T> {
    return this.instance.call(doing, (glue) => {
      this.#check(glue, call(glue));
      return JSON.parse(readText(glue, this.instance.memory, this.session));
    });
  }

  #check(glue: Glue, status: number): void {
    if (status !== 0) checkStatus(status, readText(glue, this.instance.memory, this.session));
  }
}
