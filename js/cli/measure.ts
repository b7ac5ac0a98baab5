// The measurements of `filigree bench`: one model, in one or several configurations.

import { type LoadOptions, loadModel } from '../load.js';
import type { Model } from '../model.js';
import type { LayerProfile } from '../reports.js';
import type { TensorArray } from '../tensors.js';
import { makeRandom, randomTensor } from './pictures.js';

/** One row of `bench --json`. */
export interface BenchResult {
  /** As given on the command line. */
  model: string;
  variant: string;
  threads: number;
  sparse: Configuration['sparse'];
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

/** What may differ between the measurements of one model. */
export type Configuration = Required<Pick<LoadOptions, 'variant' | 'threads' | 'sparse'>>;

/**
 * Measures a model in several configurations, in turns: where other programs make the machine now
 * slow, now fast, each configuration meets both.
 */
export async function measure(
  name: string,
  file: Uint8Array,
  configurations: Configuration[],
  plan: BenchPlan,
): Promise<BenchResult[]> {
  const candidates: Candidate[] = [];
  try {
    for (const configuration of configurations) {
      candidates.push(await load(file, configuration, plan));
    }
    await takeTurns(candidates, plan);
    const results: BenchResult[] = [];
    for (const candidate of candidates) results.push(await describe(name, candidate, plan));
    return results;
  } finally {
    for (const { model } of candidates) model.dispose();
  }
}

/** One configuration of the model, and what was measured of it. */
interface Candidate {
  configuration: Configuration;
  model: Model;
  inputs: TensorArray[];
  loadMs: number;
  times: number[];
  peakGmacs: number;
}

async function load(
  file: Uint8Array,
  configuration: Configuration,
  { seed }: BenchPlan,
): Promise<Candidate> {
  // The first load of a build compiles it, which is once for all models.
  (await loadModel(file, configuration)).dispose();
  const started = performance.now();
  const model = await loadModel(file, configuration);
  const loadMs = performance.now() - started;
  await model.explain(); // Waits for the threads.
  const random = makeRandom(seed);
  const inputs = model.inputs.map((info) => randomTensor(info, random));
  return { configuration, model, inputs, loadMs, times: [], peakGmacs: 0 };
}

async function takeTurns(
  candidates: Candidate[],
  { runs, warmup, onProgress }: BenchPlan,
): Promise<void> {
  let done = 0;
  const run = async ({ model, inputs }: Candidate) => {
    const started = performance.now();
    await model.run(inputs);
    const time = performance.now() - started;
    onProgress(++done, candidates.length * (warmup + runs));
    return time;
  };
  for (const candidate of candidates) {
    for (let i = 0; i < warmup; ++i) await run(candidate);
  }
  for (let turn = 1; turn <= kTurns; ++turn) {
    for (const candidate of candidates) {
      const { model, times } = candidate;
      candidate.peakGmacs = Math.max(candidate.peakGmacs, await model.peak(kPeakSeconds));
      while (times.length < Math.ceil((runs * turn) / kTurns)) times.push(await run(candidate));
    }
  }
}

async function describe(
  name: string,
  { configuration, model, inputs, loadMs, times, peakGmacs }: Candidate,
  { runs, profile }: BenchPlan,
): Promise<BenchResult> {
  const { variant, threads, macs } = await model.explain();
  const { wasmBytes } = await model.memory();
  const ms = summarize(times);
  const result: BenchResult = {
    model: name,
    variant,
    threads,
    sparse: configuration.sparse,
    runs,
    ms,
    macs: { dense: macs.dense, nonzero: macs.nonzero },
    gmacs: macs.nonzero / ms.median / 1e6,
    peakGmacs,
    memoryBytes: wasmBytes,
    loadMs,
  };
  if (profile) result.layers = (await model.profile(inputs, { runs })).layers;
  return result;
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
