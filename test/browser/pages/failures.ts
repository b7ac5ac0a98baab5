// Everything that can go wrong for a caller, provoked one by one.

import { type LoadOptions, loadModel, type Model } from 'filigree';
import { type ErrorReport, errorOf } from './run_modes.js';

const kModel = '/models/face_detection_full_range_sparse.tflite';

async function modelBytes(): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(kModel)).arrayBuffer());
}

/** A loaded model, for as long as `use` takes. */
async function withModel<T>(options: LoadOptions, use: (model: Model) => Promise<T>): Promise<T> {
  const model = await loadModel(kModel, options);
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

const right = () => new Float32Array(192 * 192 * 3);

const kFailures = {
  'a model that is not there': (options) => loadModel('/models/no_such.tflite', options),
  'a page instead of a model': (options) => loadModel('/harness.html', options),
  'half a model': async (options) => loadModel((await modelBytes()).slice(0, 300_000), options),
  'operators that are missing': (options) =>
    loadModel('/models/face_landmark_with_attention.tflite', options),
  'too little memory': (options) =>
    loadModel(kModel, { ...options, limits: { memoryBytes: 4_000_000 } }),
  'an engine that is not there': (options) =>
    loadModel(kModel, { ...options, baseUrl: '/nowhere' }),
  'an input of the wrong size': (options) =>
    withModel(options, (model) => model.run(new Float32Array(5))),
  'an input of the wrong name': (options) =>
    withModel(options, (model) => model.run({ picture: right() })),
  'a run after dispose': (options) =>
    withModel(options, async (model) => {
      model.dispose();
      await model.run(right());
    }),
  'a dispose during runs': (options) =>
    withModel(options, async (model) => {
      const runs = [model.run(right()), model.run(right()), model.run(right())];
      model.dispose();
      // None may be left without an answer, and those that wait are refused.
      await Promise.allSettled(runs);
      await Promise.race(runs.slice(1));
    }),
  'a signal that fires before loading': (options) =>
    loadModel(kModel, { ...options, signal: AbortSignal.abort() }),
  'a signal that fires while a run waits': (options) =>
    withModel(options, async (model) => {
      const first = model.run(right());
      const controller = new AbortController();
      const second = model.run(right(), { signal: controller.signal });
      controller.abort();
      await Promise.all([second, first]);
    }),
} satisfies Record<string, (options: LoadOptions) => Promise<unknown>>;

export type Failure = keyof typeof kFailures;

export function provoke(failure: Failure, options: LoadOptions): Promise<ErrorReport> {
  return errorOf(() => kFailures[failure](options));
}
