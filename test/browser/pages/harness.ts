// What the browser tests call in the page: fixtures.ts reaches these functions by name.

import type { LoadOptions } from 'filigree';
import { provoke } from './failures.js';
import { judgeFaces } from './judge_faces.js';
import { judgeGraph } from './judge_graphs.js';
import { judgeEvaluator, judgeModel } from './judge_models.js';
import { comparePeers } from './peers.js';
import { type RunReport, runFaceModel } from './run_modes.js';

/** The same as runFaceModel, in a worker of its own. */
function runFaceModelInWorker(options: LoadOptions): Promise<RunReport> {
  const worker = new Worker('worker.js', { type: 'module' });
  return new Promise<RunReport>((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if ('report' in data) resolve(data.report);
      else reject(new Error(data.error));
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(options);
  }).finally(() => worker.terminate());
}

const harness = {
  comparePeers,
  judgeEvaluator,
  judgeFaces,
  judgeGraph,
  judgeModel,
  provoke,
  runFaceModel,
  runFaceModelInWorker,
};

export type Harness = typeof harness;

Object.assign(globalThis, { harness });
import { LiteRtModel } from './litert.js';
import { evaluate } from '../../evaluator/evaluate.js';
import { generateInputs } from '../../generator/generate.js';
import { relativeDifference, sameOutput } from './judge_models.js';
Object.assign(harness, {
  async judgeBytes(b64: string) {
    const bytes = Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
    const inputs = generateInputs(1, bytes);
    const expected = evaluate(bytes, inputs.map((i) => i.data)).outputs as any;
    try {
    const m = await LiteRtModel.load(bytes);
    const out = await m.run(m.inputNames().map((n) => inputs.find((i) => i.name === n)!.data));
    m.delete();
    return expected.map((o: any) => relativeDifference(o, sameOutput(o, out))).join();
    } catch (e) { return String(e); }
  },
});
