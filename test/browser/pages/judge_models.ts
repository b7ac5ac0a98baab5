// The judge on real models: LiteRT.js once per input, filigree in every build and sparse mode, and
// the tests' own evaluator; all on the same tensors.

import { loadModel } from 'filigree';
import { evaluate } from '../../evaluator/evaluate.js';
import { type Output, relativeDifference, sameOutput } from './compare_outputs.js';
import { noiseTensor, photoTensor, type Range } from './inputs.js';
import { LiteRtModel, type NamedOutput } from './litert.js';

export interface ModelCase {
  /** File in /models/, without `.tflite`. */
  model: string;
  /** Values of black and white in its input. */
  range: Range;
  /** For an output, or for an output on one input ("noise Identity"), where not kTolerance. */
  tolerances?: Record<string, number>;
  /** Outputs that are a probability p = σ(z) and compared as z. */
  probabilities?: string[];
}

/** Largest |difference| ÷ largest |value| of an output. */
export const kTolerance = 1e-4;

/** How far an engine is from LiteRT.js on one output. */
export interface Agreement {
  input: 'photo' | 'noise';
  /** "relaxed-threads, sparse auto" … */
  engine: string;
  output: string;
  /** Largest |difference| ÷ largest |value| of LiteRT.js' output. */
  relative: number;
  tolerance: number;
  /** relative ≤ tolerance; false for NaN. */
  agrees: boolean;
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

/** The z of a probability σ(z). */
function logits({ name, shape, data }: Output): Output {
  return { name, shape, data: Float64Array.from(data, (p) => Math.log(p / (1 - p))) };
}

function compareAll(
  expected: readonly NamedOutput[],
  actual: readonly Output[],
  { tolerances = {}, probabilities = [] }: ModelCase,
  from: Pick<Agreement, 'input' | 'engine'>,
): Agreement[] {
  if (actual.length !== expected.length) throw new Error(`${actual.length} outputs`);
  return expected.map((output) => {
    const { name } = output;
    const other = sameOutput(output, actual);
    const relative = probabilities.includes(name)
      ? relativeDifference(logits(output), logits(other))
      : relativeDifference(output, other);
    const tolerance = tolerances[`${from.input} ${name}`] ?? tolerances[name] ?? kTolerance;
    return { ...from, output: name, relative, tolerance, agrees: relative <= tolerance };
  });
}

/** Filigree in all builds and modes against LiteRT.js; and the evaluator, on the photograph. */
export async function judgeModel(model: ModelCase): Promise<Agreement[]> {
  const { file, inputs, litert } = await askLiteRt(model);
  const { outputs } = evaluate(file, [inputs.photo]);
  const rows = compareAll(litert.photo, outputs, model, { input: 'photo', engine: 'evaluator' });
  for (const { variant, threads, build } of kBuilds) {
    for (const sparse of kSparse) {
      const filigree = await loadModel(file, { variant, threads, sparse });
      const { variant: actual } = await filigree.explain();
      if (actual !== build) throw new Error(`${actual} runs instead of ${build}`);
      for (const input of kInputs) {
        const outputs = (await filigree.run(inputs[input])) as NamedOutput[];
        const from = { input, engine: `${build}, sparse ${sparse}` };
        rows.push(...compareAll(litert[input], outputs, model, from));
      }
      filigree.dispose();
    }
  }
  return rows;
}

/** How far each is from the evaluator on noise: one entry for each seed and output. */
export async function judgeDistances(
  { model, range }: ModelCase,
  seeds: number[],
): Promise<{ litert: number[]; filigree: number[] }> {
  const file = new Uint8Array(await (await fetch(`/models/${model}.tflite`)).arrayBuffer());
  const judge = await LiteRtModel.load(file);
  const filigree = await loadModel(file, { variant: 'simd', threads: 1 });
  const distances = { litert: [] as number[], filigree: [] as number[] };
  for (const seed of seeds) {
    const input = noiseTensor(seed, judge.inputShapes()[0], range);
    const expected = evaluate(file, [input]).outputs;
    const answers = {
      litert: await judge.run([input]),
      filigree: (await filigree.run(input)) as NamedOutput[],
    };
    for (const engine of ['litert', 'filigree'] as const) {
      distances[engine].push(
        ...expected.map((output) =>
          relativeDifference(output, sameOutput(output, answers[engine])),
        ),
      );
    }
  }
  judge.delete();
  filigree.dispose();
  return distances;
}
