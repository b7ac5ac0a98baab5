// What the benchmark asks of an engine, the same of each.

/** An output: float32, in the model's order of dimensions. */
export interface Output {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** A model that is ready. */
export interface Loaded {
  /** Which of the engine's builds runs. */
  build(): Promise<string>;
  inputShapes: number[][];
  /** From arrays to fresh arrays of the caller's own. */
  run(inputs: readonly Float32Array[]): Promise<Output[]>;
  dispose(): void;
}

export interface Engine {
  /**
   * Loads a model. A page asks for one number of threads only, since engines compile one build of
   * theirs.
   * @param threads `default`: with the options that the engine has by itself
   */
  load(file: Uint8Array, threads: number | 'default'): Promise<Loaded>;
}
