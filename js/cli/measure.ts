// One measurement of `filigree bench`: a model, a build, a number of threads.

import { type LoadOptions, loadModel } from '../load.js';
import type { Model } from '../model.js';
import type { LayerProfile } from '../reports.js';
import { makeRandom, randomTensor } from './pictures.js';

/** One row of `bench --json`. */
export interface BenchResult {
  /** As given on the command line. */
  model: string;
  variant: string;
  threads: number;
  runs: number;
  /** Milliseconds from inputs in the caller's arrays to outputs in fresh ones. */
  ms: { min: number; median: number; p95: number; mean: number };
  macs: { dense: number; nonzero: number };
  /** Nonzero multiply-adds per second of the median run, in 10⁹/s. */
  gmacs: number;
  /** The most that this build could do on so many threads, in 10⁹/s, measured in turns with the model. */
  peakGmacs: number;
  /** What the model's WebAssembly memory has grown to. */
  memoryBytes: number;
  /** From bytes to ready, the engine being compiled already. */
  loadMs: number;
  /** Medians of each layer, with `--profile`. */
  layers?: LayerProfile[];
}

export interface BenchPlan {
  runs: number;
  warmup: number;
  seed: number;
  profile: boolean;
  onProgress(done: number, total: number): void;
}

/** How often the peak is measured between the runs, and for how long. */
const kTurns = 8;
const kPeakSeconds = 0.05;

export async function measure(
  name: string,
  file: Uint8Array,
  options: LoadOptions,
  plan: BenchPlan,
): Promise<BenchResult> {
  // The first load of a build compiles it, which is once for all models.
  (await loadModel(file, options)).dispose();
  const started = performance.now();
  const model = await loadModel(file, options);
  const loadMs = performance.now() - started;
  try {
    const { times, peakGmacs } = await timeRuns(model, plan);
    const { variant, threads, macs } = await model.explain();
    const { wasmBytes } = await model.memory();
    const ms = summarize(times);
    const result: BenchResult = {
      model: name,
      variant,
      threads,
      runs: plan.runs,
      ms,
      macs: { dense: macs.dense, nonzero: macs.nonzero },
      gmacs: macs.nonzero / ms.median / 1e6,
      peakGmacs,
      memoryBytes: wasmBytes,
      loadMs,
    };
    if (plan.profile) {
      const { layers } = await model.profile(noise(model, plan.seed), { runs: plan.runs });
      result.layers = layers;
    }
    return result;
  } finally {
    model.dispose();
  }
}

function noise(model: Model, seed: number) {
  const random = makeRandom(seed);
  return model.inputs.map((info) => randomTensor(info, random));
}

async function timeRuns(
  model: Model,
  { runs, warmup, seed, onProgress }: BenchPlan,
): Promise<{ times: number[]; peakGmacs: number }> {
  const inputs = noise(model, seed);
  for (let i = 0; i < warmup; ++i) {
    await model.run(inputs);
    onProgress(i, warmup + runs);
  }
  const times: number[] = [];
  let peakGmacs = 0;
  for (let turn = 0; turn < kTurns; ++turn) {
    peakGmacs = Math.max(peakGmacs, await model.peak(kPeakSeconds));
    const end = Math.ceil((runs * (turn + 1)) / kTurns);
    while (times.length < end) {
      const started = performance.now();
      await model.run(inputs);
      times.push(performance.now() - started);
      onProgress(warmup + times.length, warmup + runs);
    }
  }
  return { times, peakGmacs };
}

function summarize(times: number[]): BenchResult['ms'] {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    min: sorted[0],
    median: (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2,
    p95: sorted[Math.ceil(sorted.length * 0.95) - 1],
    mean: times.reduce((sum, time) => sum + time, 0) / times.length,
  };
}
