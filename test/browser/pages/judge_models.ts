// The judge on real models: LiteRT.js once per input, filigree in every build and sparse mode, and
// the tests' own evaluator; all on the same tensors.

import { loadModel } from 'filigree';
import { compareWithBound } from '../../evaluator/compare.js';
import { evaluate, type NamedValue } from '../../evaluator/evaluate.js';
import { noiseTensor, photoTensor, type Range } from './inputs.js';
import { LiteRtModel, type NamedOutput } from './litert.js';

export interface ModelCase {
  /** File in /models/, without `.tflite`. */
  model: string;
  /** Values of black and white in its input. */
  range: Range;
  /** Largest |difference| ÷ largest |value| for each output that is not held to kTolerance. */
  tolerances: Record<string, number>;
}

export const kTolerance = 1e-4;

/** How far an engine is from LiteRT.js on one output. */
export interface Agreement {
  /** Photograph or noise. */
  input: 'photo' | 'noise';
  /** "relaxed-threads, sparse auto" … */
  engine: string;
  output: string;
  /** Largest |difference| ÷ largest |value| of LiteRT.js' output. */
  relative: number;
  tolerance: number;
  /** relative ≤ tolerance; false for NaN. */
  agrees: boolean;
  /**
   * Where they do not agree: how far each is from the evaluator, as a share of what rounding to
   * float32 excuses (evaluator/rounding.ts). Above 1: wrong.
   */
  verdict?: { filigree: number; litert: number };
}

interface Inputs {
  photo: Float32Array;
  noise: Float32Array;
}

const kInputs = ['photo', 'noise'] as const;

const kBuilds = [
  { variant: 'simd', threads: 1, build: 'simd' },
  { variant: 'relaxed', threads: 1, build: 'relaxed' },
  { variant: 'simd', threads: 2, build: 'simd-threads' },
  { variant: 'relaxed', threads: 2, build: 'relaxed-threads' },
] as const;

const kSparse = ['auto', 'never', 'always'] as const;

/** A number of its own for every model, so that no two see the same noise. */
function seedOf(name: string): number {
  return [...name].reduce((seed, letter) => (seed * 31 + letter.charCodeAt(0)) >>> 0, 7);
}

interface Judgement {
  file: Uint8Array;
  inputs: Inputs;
  litert: Record<keyof Inputs, NamedOutput[]>;
}

/** What LiteRT.js says. */
async function askLiteRt({ model, range }: ModelCase): Promise<Judgement> {
  const file = await (await fetch(`/models/${model}.tflite`)).arrayBuffer();
  const judge = await LiteRtModel.load(new Uint8Array(file));
  const [shape] = judge.inputShapes();
  const inputs = {
    photo: (await photoTensor('/photos/sample6.jpg', shape, range)).data,
    noise: noiseTensor(seedOf(model), shape, range),
  };
  const litert = {
    photo: await judge.run([inputs.photo]),
    noise: await judge.run([inputs.noise]),
  };
  judge.delete();
  return { file: new Uint8Array(file), inputs, litert };
}

interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The output of the same name and shape. */
export function sameOutput<T extends Output>(wanted: Output, outputs: readonly T[]): T {
  const output = outputs.find(({ name }) => name === wanted.name);
  if (!output) throw new Error(`no output ${wanted.name} among ${outputs.map(({ name }) => name)}`);
  if (String(output.shape) !== String(wanted.shape)) {
    throw new Error(`${wanted.name} has shape ${output.shape} instead of ${wanted.shape}`);
  }
  return output;
}

/** Largest |difference| ÷ largest |expected|. */
export function relativeDifference(expected: Output, actual: Output): number {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.data.length; ++i) {
    const distance = Math.abs(expected.data[i] - actual.data[i]);
    largest = Math.max(largest, Math.abs(expected.data[i]));
    // Math.max would do, but for its NaN.
    if (!(distance <= difference)) difference = distance;
  }
  return difference / largest;
}

function compareAll(
  expected: readonly NamedOutput[],
  actual: readonly Output[],
  { tolerances }: ModelCase,
  from: Pick<Agreement, 'input' | 'engine'>,
): Agreement[] {
  if (actual.length !== expected.length) throw new Error(`${actual.length} outputs`);
  return expected.map((output) => {
    const relative = relativeDifference(output, sameOutput(output, actual));
    const tolerance = tolerances[output.name] ?? kTolerance;
    const agrees = relative <= tolerance;
    return { ...from, output: output.name, relative, tolerance, agrees };
  });
}

/** Filigree in all builds and modes against LiteRT.js; where they disagree, the evaluator decides. */
export async function judgeModel(model: ModelCase): Promise<Agreement[]> {
  const { file, inputs, litert } = await askLiteRt(model);
  const exact = new Map<string, readonly NamedValue[]>();
  const evaluated = (input: keyof Inputs) => {
    const known = exact.get(input);
    if (known) return known;
    const { outputs } = evaluate(file, [inputs[input]], { withErrorBound: true });
    exact.set(input, outputs);
    return outputs;
  };
  const rows: Agreement[] = [];
  for (const { variant, threads, build } of kBuilds) {
    for (const sparse of kSparse) {
      const filigree = await loadModel(file, { variant, threads, sparse });
      const { variant: actual } = await filigree.explain();
      if (actual !== build) throw new Error(`${actual} runs instead of ${build}`);
      for (const input of kInputs) {
        const outputs = (await filigree.run(inputs[input])) as Output[];
        const from = { input, engine: `${build}, sparse ${sparse}` };
        const compared = compareAll(litert[input], outputs, model, from);
        for (const row of compared.filter(({ agrees }) => !agrees)) {
          const right = evaluated(input).find(({ name }) => name === row.output)!;
          const share = (all: readonly Output[]) =>
            compareWithBound(right, sameOutput(right, all).data).ratio;
          row.verdict = { filigree: share(outputs), litert: share(litert[input]) };
        }
        rows.push(...compared);
      }
      filigree.dispose();
    }
  }
  return rows;
}

/** The evaluator against LiteRT.js. */
export async function judgeEvaluator(
  model: ModelCase,
  input: keyof Inputs,
): Promise<Agreement[]> {
  const { file, inputs, litert } = await askLiteRt(model);
  const { outputs } = evaluate(file, [inputs[input]]);
  return compareAll(litert[input], outputs, model, { input, engine: 'evaluator' });
}
