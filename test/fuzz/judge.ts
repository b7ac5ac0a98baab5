// Runs a model with the built package and compares it with the evaluator: the judge behind the
// fuzzer and the tests on random graphs.

import type { Explanation, Tensor } from '../../js/index.js';
import { compareWithBound } from '../evaluator/compare.js';
import { type Evaluation, evaluate } from '../evaluator/evaluate.js';
import { generateInputs } from '../generator/generate.js';
import { buildOf, type Configuration } from './configurations.js';
import { loadModel } from './package.js';

/** A model, its inputs and what it must answer. */
export interface Case {
  readonly bytes: Uint8Array;
  readonly inputs: readonly Float32Array[];
  /** Other values, which must leave no trace in later runs. */
  readonly otherInputs: readonly Float32Array[];
  readonly expected: Evaluation;
  readonly tolerance: number | undefined;
  /** What each choice of kernels answered first: any number of threads answers the same. */
  readonly answers: Map<string, readonly Tensor[]>;
}

function inputData(seed: number, bytes: Uint8Array): Float32Array[] {
  return generateInputs(seed, bytes).map(({ data }) => data);
}

/**
 * @param seed that of the inputs
 * @param tolerance how far each output may be off, as a share of its largest magnitude; undefined:
 * as far as the evaluator's bound on rounding errors says
 */
export function makeCase(bytes: Uint8Array, seed: number, tolerance?: number): Case {
  const inputs = inputData(seed, bytes);
  return {
    bytes,
    inputs,
    otherInputs: inputData(~seed, bytes),
    expected: evaluate(bytes, inputs, { withErrorBound: tolerance === undefined }),
    tolerance,
    answers: new Map(),
  };
}

/** Differences as a share of the output's largest magnitude. */
function compareWithTolerance(
  expected: Float64Array,
  actual: ArrayLike<number>,
  tolerance: number,
): { ok: boolean; message: string } {
  let largest = 0;
  let difference = 0;
  expected.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    const distance = Math.abs(value - actual[i]);
    difference = Math.max(difference, Number.isNaN(distance) ? Infinity : distance);
  });
  const message = `off by ${difference}, the largest magnitude being ${largest}`;
  return { ok: difference <= tolerance * largest, message };
}

/** What differs from the expected outputs; empty when nothing does. */
function differences({ expected: { outputs: expected }, tolerance }: Case, actual: Tensor[]) {
  if (actual.length !== expected.length) return [`${actual.length} outputs`];
  return expected.flatMap((wanted, i) => {
    const where = `output ${i} (tensor ${wanted.index})`;
    const { shape, data } = actual[i];
    if (shape.join() !== wanted.shape.join()) {
      return [`${where} has shape [${shape}] instead of [${wanted.shape}]`];
    }
    const values = data as Float32Array;
    const { ok, message } =
      tolerance === undefined
        ? compareWithBound(wanted, values)
        : compareWithTolerance(wanted.data, values, tolerance);
    return ok ? [] : [`${where} [${shape}]: ${message}`];
  });
}

/** Equal to the last bit. */
function isSame(a: readonly Tensor[], b: readonly Tensor[]): boolean {
  return a.every(({ data }, i) => {
    const other = b[i].data;
    return data.length === other.length && data.every((value, j) => Object.is(value, other[j]));
  });
}

/** Whether what ran is what was asked for, by the engine's own account. */
function misunderstandings(explanation: Explanation, configuration: Configuration): string[] {
  const problems: string[] = [];
  const expect = (what: string, actual: unknown, wanted: unknown): void => {
    if (actual !== wanted) problems.push(`${what}: ${actual} instead of ${wanted}`);
  };
  expect('build', explanation.variant, buildOf(configuration));
  expect('threads', explanation.threads, configuration.threads);
  expect('sparse', explanation.sparse, configuration.sparse);
  for (const { op, name, kernel, density } of explanation.layers) {
    const isSparse = kernel.includes('spmm');
    const layer = `kernel of ${op} '${name}' of density ${density}`;
    if (configuration.sparse === 'never' && isSparse) problems.push(`${layer}: ${kernel}`);
    const mustBeSparse =
      configuration.sparse === 'always' &&
      density < 1 &&
      (op === 'CONV_2D' || op === 'FULLY_CONNECTED');
    // A convolution with groups names the kernel of its last group, which may be a dense one.
    if (mustBeSparse && !isSparse && !kernel.includes('gathered')) {
      problems.push(`${layer}: ${kernel}`);
    }
  }
  return problems;
}

/** Everything that is wrong about the model in this configuration; empty when all is well. */
export async function problemsOf(task: Case, configuration: Configuration): Promise<string[]> {
  const model = await loadModel(task.bytes, { ...configuration, worker: false });
  try {
    const problems = misunderstandings(await model.explain(), configuration);
    const first = await model.run([...task.inputs]);
    problems.push(...differences(task, first));
    await model.run([...task.otherInputs]);
    const again = await model.run([...task.inputs]);
    if (!isSame(first, again)) problems.push('a second run on the same inputs differs');
    const kernels = `${configuration.variant} ${configuration.sparse}`;
    const earlier = task.answers.get(kernels);
    if (!earlier) task.answers.set(kernels, first);
    else if (!isSame(first, earlier)) problems.push('another number of threads differs');
    return problems;
  } finally {
    model.dispose();
  }
}
