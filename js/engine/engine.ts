// What the model asks of an engine, wherever it runs: bindings/engine.ts is one on this thread,
// engine/link.ts speaks to one in a worker.

import type { BuildChoice, Variant } from '../environment.js';
import type { FiligreeError } from '../errors.js';
import type { FramePart } from '../frames/frame_part.js';
import type { Explanation, MemoryReport, Profile } from '../reports.js';
import type { TensorArray, TensorInfo } from '../tensors.js';

/** Everything that an engine needs to start. All of it can be posted to a worker. */
export interface EngineRequest extends Pick<BuildChoice, 'variant' | 'threads'> {
  /** The model file. */
  file: Uint8Array;
  /** The compiled build; one for all models of a page. */
  module: WebAssembly.Module;
  /** Absolute URL of the folder with the engine's files; undefined: beside the JavaScript. */
  base: string | undefined;
  /**
   * Absolute URL of the build's glue; undefined: where `base` says. For a worker, which does not know
   * under which names a bundler has put the other files beside it.
   */
  glue?: string;
  sparse: 'auto' | 'never' | 'always';
  limits: { memoryBytes: number; tensors: number };
}

/** What loading tells about a model. */
export interface ModelInfo {
  inputs: TensorInfo[];
  outputs: TensorInfo[];
}

/** The part of an explanation that the engine knows. `build`: which one it is. */
export type EngineExplanation = Omit<Explanation, 'variant' | 'worker' | 'reasons'> & {
  build: Variant;
};

/** How bytes of red, green and blue become numbers, in single precision: `(byte − mean) / std`. */
export interface Normalization {
  /** One for each channel. */
  mean: readonly number[];
  /** One for each channel, none of them 0. */
  std: readonly number[];
}

/** Bytes for all pixels of an input, RGB or RGBA. */
export interface PixelBytes {
  bytes: Uint8Array | Uint8ClampedArray;
}

/** A picture for an input of three channels. */
export type PixelInput = (PixelBytes | FramePart) & Normalization;

/** What fills an input: its elements, or a picture. All of it can be posted to a worker. */
export type EngineInput = TensorArray | PixelInput;

/**
 * A loaded model. Calls are made one after another, never while another is pending. Each reads
 * arrays and bytes before it returns its promise; frames are given away: the engine reads them when
 * it has time, and closes them.
 */
export interface Engine {
  readonly info: ModelInfo;
  /** True when `run` and `profile` take the memory of their inputs away from the caller. */
  readonly takesInputs: boolean;
  /**
   * @param inputs one for each of the model's inputs, checked
   * @param into memory for the outputs to be written to, where there is some; may be taken away
   * @returns the outputs, in model order
   */
  run(inputs: EngineInput[], into: (TensorArray | undefined)[]): Promise<TensorArray[]>;
  explain(): Promise<EngineExplanation>;
  profile(inputs: EngineInput[], runs: number): Promise<Profile>;
  memory(): Promise<MemoryReport>;
  /** Multiply-adds per second of a loop that touches no memory, in 10⁹/s. */
  peak(seconds: number): Promise<number>;
  /**
   * Lets another worker call the engine through a channel, without this thread between them. Only an
   * engine in a worker can.
   * @param end this thread's end of the channel
   * @param onClosed is told why the engine has ended, once it has
   * @returns what to call when nobody needs to be told any more
   */
  connect?(end: MessagePort, onClosed: (error: FiligreeError) => void): () => void;
  /**
   * Ends threads and workers and lets go of the memory.
   * @param why what pending calls fail with; default: `disposed`
   */
  dispose(why?: FiligreeError): void;
}
