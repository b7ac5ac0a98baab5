// One run of the sparse face detector with the options of a test, here or in a worker.

import { type Explanation, FiligreeError, type LoadOptions, loadModel } from 'filigree';
import type { Output } from './compare_outputs.js';
import { noiseTensor } from './inputs.js';

export interface RunReport {
  explanation: Omit<Explanation, 'layers' | 'passes'>;
  kernels: string[];
  outputs: Output[];
  /** A second run of the same arrays gave the same bits. */
  repeats: boolean;
}

export const kFaceModel = 'face_detection_full_range_sparse.tflite';

/** What it is run on. */
export const faceNoise = () => noiseTensor(3, [1, 192, 192, 3], { low: -1, high: 1 });

export async function runFaceModel(options: LoadOptions): Promise<RunReport> {
  const input = faceNoise();
  const model = await loadModel(`/models/${kFaceModel}`, options);
  try {
    const { layers, passes: _, ...explanation } = await model.explain();
    const first = await model.run(input);
    const again = await model.run(input);
    return {
      explanation,
      kernels: [...new Set(layers.map(({ kernel }) => kernel))],
      outputs: first.map((output) => ({ ...output, data: output.data as Float32Array })),
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
