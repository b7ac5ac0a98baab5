// The page that one engine runs in. The benchmark calls `enginePage` by name.

import { noiseTensor } from '../../../browser/pages/inputs.js';
import type { Engine, Loaded, Output } from './engine.js';
import { filigree, filigreeNever } from './filigree.js';
import { litert } from './litert.js';
import { tfjsTflite } from './tfjs_tflite.js';
import { wasmMemoryBytes } from './wasm_memory.js';

const engines = {
  filigree,
  'filigree-never': filigreeNever,
  litert,
  'tfjs-tflite': tfjsTflite,
} satisfies Record<string, Engine>;
export type EngineName = keyof typeof engines;

export interface Setup {
  engine: EngineName;
  /** Of the model file. */
  url: string;
  threads: number | 'default';
}

export interface Ready {
  build: string;
  /** Median of milliseconds from the file's bytes to the first result, the wasm being compiled. */
  firstResultMs: number;
  /** Of all WebAssembly memory of the page, with the model loaded once and run once. */
  wasmBytes: number;
  outputs: { name: string; shape: number[]; data: number[] }[];
}

const kWarmMilliseconds = 300;
/** How often a model is loaded; the median counts. */
const kLoads = 5;
/** The browser takes as long to show a page that was brought to the front, on the second core too. */
const kSettleMilliseconds = 200;

let model: Loaded;
let inputs: Float32Array[];

async function prepare({ engine, url, threads }: Setup): Promise<Ready> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const file = new Uint8Array(await response.arrayBuffer());
  const first = await engines[engine].load(file, threads);
  inputs = first.inputShapes.map((shape, i) => noiseTensor(i + 1, shape, { low: 0, high: 1 }));
  await first.run(inputs);
  const wasmBytes = wasmMemoryBytes();
  // Compiled means optimised: the browser does that in the background, after the first runs.
  const warm = performance.now() + kWarmMilliseconds;
  while (performance.now() < warm) await first.run(inputs);
  model = first;
  const firstResults: number[] = [];
  let outputs: readonly Output[] = [];
  while (firstResults.length < kLoads) {
    model.dispose();
    await pause(kWarmMilliseconds);
    const started = performance.now();
    model = await engines[engine].load(file, threads);
    outputs = await model.run(inputs);
    firstResults.push(performance.now() - started);
  }
  return {
    build: await model.build(),
    firstResultMs: firstResults.sort((a, b) => a - b)[kLoads >> 1],
    wasmBytes,
    outputs: outputs.map(({ name, shape, data }) => ({ name, shape, data: [...data] })),
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Runs for so many milliseconds, five times at least, and gives the milliseconds of each run. */
async function turn(milliseconds: number): Promise<number[]> {
  await pause(kSettleMilliseconds);
  // What the engines before it did to the caches is not this one's fault, and threads sleep.
  for (let run = 0; run < 3; ++run) await model.run(inputs);
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < 5 || performance.now() - begun < milliseconds) {
    const started = performance.now();
    await model.run(inputs);
    times.push(performance.now() - started);
  }
  return times;
}

const enginePage = { prepare, turn };
export type EnginePage = typeof enginePage;

Object.assign(globalThis, { enginePage });
