// What a model tells about itself: the types of explain(), profile() and memory().

import type { Variant } from './environment.js';

/** Multiply-adds. Padding taps are not counted. */
export interface Macs {
  /** Of the original graph, zeros and all. */
  dense: number;
  /** Of the original graph, with weights that are not zero. */
  nonzero: number;
  /** Those that the plan really executes: kernels for dense weights multiply zeros too. */
  executed: number;
}

/** What goes into a layer or comes out of it. */
export interface ValueSummary {
  /** The model file's name for it. */
  name: string;
  /** Dimensions in TensorFlow's order, whatever the layout in memory. */
  shape: number[];
}

/** How one layer runs. */
export interface LayerExplanation {
  /** Its place in the plan. */
  index: number;
  /** The model file's name for its output. */
  name: string;
  /** TFLite's name of the operator. */
  op: string;
  /** What runs with it: the padding before, the activation and the addition after it. */
  fused: string;
  /** What computes it, such as `f32_spmm_32x1`; `none` where its output is its input's memory. */
  kernel: string;
  /** Why this kernel. */
  reason: string;
  /** How its output lies in memory: `CHW` (a plane for each channel) or `row-major`. */
  layout: string;
  /** What the layer reads, weights not counted. */
  inputs: ValueSummary[];
  /** What the layer makes. */
  outputs: ValueSummary[];
  /** Share of the weights that are not zero, 0 to 1. */
  density: number;
  /** Multiply-adds of one run. */
  macs: Macs;
  /** Bytes of weights as the kernel reads them. */
  packedBytes: number;
}

/** The answer of `model.explain()`: what runs and why. */
export interface Explanation {
  /** The WebAssembly build that runs, by its own account. */
  variant: Variant;
  /** Threads that compute, the caller's included. */
  threads: number;
  /** Whether the engine lives in a worker. */
  worker: boolean;
  /**
   * Why this variant and this number of threads; with the option `cache`, also whether model and
   * engine came from the cache, and whether they could be stored.
   */
  reasons: {
    /** Why this build. */
    variant: string;
    /** Why so many threads. */
    threads: string;
    /** What the cache had to do with it; only with the option `cache`. */
    cache?: string;
  };
  /** The option that was given to `loadModel`. */
  sparse: 'auto' | 'never' | 'always';
  /** In the order in which they run. */
  layers: LayerExplanation[];
  /** Sums over all layers. */
  macs: Macs;
  /** What the passes over the graph did, and how often. */
  passes: {
    /** The pass. */
    name: string;
    /** How often it changed something. */
    count: number;
  }[];
}

/** How long one layer takes. */
export interface LayerProfile {
  /** Its place in the plan, as in {@link LayerExplanation}. */
  index: number;
  /** The model file's name for its output. */
  name: string;
  /** TFLite's name of the operator. */
  op: string;
  /** What computes it. */
  kernel: string;
  /** Median milliseconds of the layer. */
  ms: number;
  /** Multiply-adds with nonzero weights per second, in 10⁹/s. */
  gmacs: number;
  /** Part of the whole run, 0 to 1. */
  share: number;
}

/** The answer of `model.profile()`. */
export interface Profile {
  /** How many runs were timed. */
  runs: number;
  /** Milliseconds of whole runs, inputs and outputs not copied. */
  ms: {
    /** The fastest run's. */
    min: number;
    /** Half of the runs were faster. */
    median: number;
    /** The average. */
    mean: number;
  };
  /** In the order in which they run; those that take no time are left out. */
  layers: LayerProfile[];
}

/** The answer of `model.memory()`, in bytes. */
export interface MemoryReport {
  /** Weights as the kernels read them. */
  packedBytes: number;
  /** Feature maps: one block that the layers share by turns. */
  arenaBytes: number;
  /** Per-thread working space of the kernels. */
  scratchBytes: number;
  /** The sum of the three. */
  totalBytes: number;
  /** What the model's WebAssembly memory has grown to. */
  wasmBytes: number;
  /** What that memory may grow to. */
  wasmMaximumBytes: number;
}
