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

export interface ValueSummary {
  name: string;
  shape: number[];
}

/** How one layer runs. */
export interface LayerExplanation {
  /** Its place in the plan. */
  index: number;
  name: string;
  /** TFLite's name of the operator. */
  op: string;
  /** What runs with it: the padding before, the activation and the addition after it. */
  fused: string;
  kernel: string;
  /** Why this kernel. */
  reason: string;
  layout: string;
  inputs: ValueSummary[];
  outputs: ValueSummary[];
  /** Share of the weights that are not zero, 0 to 1. */
  density: number;
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
  reasons: { variant: string; threads: string; cache?: string };
  /** The option that was given to `loadModel`. */
  sparse: 'auto' | 'never' | 'always';
  layers: LayerExplanation[];
  /** Sums over all layers. */
  macs: Macs;
  /** What the passes over the graph did, and how often. */
  passes: { name: string; count: number }[];
}

export interface LayerProfile {
  index: number;
  name: string;
  op: string;
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
  runs: number;
  /** Milliseconds of whole runs, inputs and outputs not copied. */
  ms: { min: number; median: number; mean: number };
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
