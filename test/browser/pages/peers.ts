// The time of filigree and of LiteRT.js on one model, measured in turns in the same page: from
// arrays to fresh arrays, each run awaited.

import { loadModel } from 'filigree';
import { noiseTensor } from './inputs.js';
import { relativeDifference, sameOutput } from './judge_models.js';
import { LiteRtModel, type NamedOutput } from './litert.js';

export interface PeerPlan {
  /** File in /models/, without `.tflite`. */
  model: string;
  /** 1 or more; LiteRT.js can only do one or the other in a page. */
  threads: number;
  /** How often the engines take turns, and the runs of a turn. */
  turns: number;
  runs: number;
}

/** Milliseconds over all runs. */
export interface Times {
  median: number;
  min: number;
}

export interface PeerTimes {
  model: string;
  /** The build of filigree that ran. */
  build: string;
  threads: number;
  /** Largest |difference| ÷ largest |value|, over all outputs: whether both computed the same. */
  relative: number;
  litert: Times;
  filigree: Times;
  /** The engine in a worker, as it is by default. */
  filigreeInWorker: Times;
  /** All weights treated as dense. */
  filigreeNeverSparse: Times;
}

type Run = () => Promise<unknown>;

async function turn(run: Run, runs: number, times: number[]): Promise<void> {
  for (let i = 0; i < runs; ++i) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
}

function summarize(times: number[]): Times {
  const sorted = times.sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0] };
}

export async function comparePeers(plan: PeerPlan): Promise<PeerTimes> {
  const { threads } = plan;
  const file = await (await fetch(`/models/${plan.model}.tflite`)).arrayBuffer();
  const bytes = new Uint8Array(file);
  const litert = await LiteRtModel.load(bytes, threads);
  const input = noiseTensor(1, litert.inputShapes()[0], { low: 0, high: 1 });
  const here = await loadModel(bytes, { threads, worker: false });
  const inWorker = await loadModel(bytes, { threads, worker: true });
  const never = await loadModel(bytes, { threads, worker: false, sparse: 'never' });
  const { variant: build } = await here.explain();

  const outputs = (await here.run(input)) as NamedOutput[];
  const relative = Math.max(
    ...(await litert.run([input])).map((output) =>
      relativeDifference(output, sameOutput(output, outputs)),
    ),
  );

  const contenders: Run[] = [
    () => litert.run([input]),
    () => here.run(input),
    () => inWorker.run(input),
    () => never.run(input),
  ];
  for (const run of contenders) await turn(run, plan.runs, []);
  const times = contenders.map(() => [] as number[]);
  for (let i = 0; i < plan.turns; ++i) {
    // Now forwards, now backwards, so that nobody always comes after the slowest.
    const order = contenders.map((_, place) => (i % 2 ? contenders.length - 1 - place : place));
    for (const place of order) await turn(contenders[place], plan.runs, times[place]);
  }
  litert.delete();
  for (const model of [here, inWorker, never]) model.dispose();
  const [litertMs, filigree, filigreeInWorker, filigreeNeverSparse] = times.map(summarize);
  return {
    model: plan.model,
    build,
    threads,
    relative,
    litert: litertMs,
    filigree,
    filigreeInWorker,
    filigreeNeverSparse,
  };
}
