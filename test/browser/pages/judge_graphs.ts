// The judge on random graphs: the evaluator's values with their error bounds, LiteRT.js and
// filigree, each measured against them.

import { type LoadOptions, loadModel } from 'filigree';
import { compareWithBound } from '../../evaluator/compare.js';
import { evaluate } from '../../evaluator/evaluate.js';
import { type GeneratorOptions, generateInputs, generateModel } from '../../generator/generate.js';
import { sameOutput } from './compare_outputs.js';
import { LiteRtModel, type NamedOutput } from './litert.js';

/** Largest |difference| ÷ what rounding to float32 excuses, at most 1 when right; or an error. */
export type Mark = number | string;

export interface GraphVerdict {
  seed: number;
  /** The generator's, a line per layer. */
  description: string;
  litert: Mark;
  filigree: Record<string, Mark>;
}

const kEngines: Record<string, LoadOptions> = {
  'simd, sparse always': { variant: 'simd', threads: 1, sparse: 'always' },
  'relaxed-threads, sparse auto': { variant: 'relaxed', threads: 2, sparse: 'auto' },
};

export async function judgeGraph(seed: number, options: GeneratorOptions): Promise<GraphVerdict> {
  const { bytes, description } = generateModel(seed, options);
  const inputs = generateInputs(seed, bytes);
  const arrays = inputs.map(({ data }) => data);
  const { outputs: expected } = evaluate(bytes, arrays, { withErrorBound: true });

  const mark = async (run: () => Promise<readonly NamedOutput[]>): Promise<Mark> => {
    try {
      const outputs = await run();
      const ratios = expected.map((output) => {
        return compareWithBound(output, sameOutput(output, outputs).data).ratio;
      });
      return Math.max(...ratios);
    } catch (error) {
      return String(error);
    }
  };

  const litert = await mark(async () => {
    const model = await LiteRtModel.load(bytes);
    try {
      return await model.run(model.inputNames().map((name) => dataOf(name, inputs)));
    } finally {
      model.delete();
    }
  });
  const filigree: Record<string, Mark> = {};
  for (const [engine, loadOptions] of Object.entries(kEngines)) {
    filigree[engine] = await mark(async () => {
      const model = await loadModel(bytes, loadOptions);
      try {
        await model.explain(); // Waits for the threads.
        return (await model.run(arrays)) as NamedOutput[];
      } finally {
        model.dispose();
      }
    });
  }
  return { seed, description, litert, filigree };
}

function dataOf(name: string, inputs: readonly { name: string; data: Float32Array }[]) {
  const input = inputs.find((one) => one.name === name);
  if (!input) throw new Error(`no input ${name}`);
  return input.data;
}
