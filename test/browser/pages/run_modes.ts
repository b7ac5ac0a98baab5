// One run of the sparse face detector with the options of a test, here or in a worker, checked
// against the evaluator.

import { type Explanation, FiligreeError, type LoadOptions, loadModel } from 'filigree';
import { evaluate, type NamedValue } from '../../evaluator/evaluate.js';
import { relativeDifference, sameOutput } from './compare_outputs.js';
import { noiseTensor } from './inputs.js';

export interface RunReport {
  explanation: Omit<Explanation, 'layers' | 'passes'>;
  kernels: string[];
  /** Largest |difference| ÷ largest |value|, over all outputs. */
  relative: number;
  /** A second run of the same arrays gave the same bits. */
  repeats: boolean;
}

const kModel = '/models/face_detection_full_range_sparse.tflite';
const kShape = [1, 192, 192, 3];

let exact: Promise<readonly NamedValue[]> | undefined;

async function evaluateOnce(file: Uint8Array, input: Float32Array) {
  exact ??= Promise.resolve(evaluate(file, [input]).outputs);
  return exact;
}

export async function runFaceModel(options: LoadOptions): Promise<RunReport> {
  const file = new Uint8Array(await (await fetch(kModel)).arrayBuffer());
  const input = noiseTensor(3, kShape, { low: -1, high: 1 });
  const expected = await evaluateOnce(file, input);
  const model = await loadModel(file, options);
  try {
    const { layers, passes: _, ...explanation } = await model.explain();
    const first = await model.run(input);
    const again = await model.run(input);
    const floats = first.map((output) => ({ ...output, data: output.data as Float32Array }));
    return {
      explanation,
      kernels: [...new Set(layers.map(({ kernel }) => kernel))],
      relative: Math.max(
        ...expected.map((output) => relativeDifference(output, sameOutput(output, floats))),
      ),
      repeats: first.every(({ data }, i) => String(data) === String(again[i].data)),
    };
  } finally {
    model.dispose();
  }
}

export interface ErrorReport {
  /** The error is a FiligreeError of this realm. */
  isFiligreeError: boolean;
  code: string;
  message: string;
  stack: string;
  /** Of the error that it was made of, if any. */
  cause?: { message: string; stack: string };
}

/** What the call was rejected with. */
export async function errorOf(call: () => Promise<unknown>): Promise<ErrorReport> {
  try {
    await call();
  } catch (error) {
    const { code, message, stack, cause } = error as FiligreeError;
    const report: ErrorReport = {
      isFiligreeError: error instanceof FiligreeError,
      code,
      message,
      stack: String(stack),
    };
    if (cause instanceof Error) {
      report.cause = { message: cause.message, stack: String(cause.stack) };
    }
    return report;
  }
  throw new Error('nothing was thrown');
}
