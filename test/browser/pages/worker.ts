// The page's side of the tests, in a worker: runs the face detector with the options it is sent.

import type { LoadOptions } from 'filigree';
import { runFaceModel } from './run_modes.js';

globalThis.onmessage = async ({ data }: MessageEvent<LoadOptions>) => {
  try {
    postMessage({ report: await runFaceModel(data) });
  } catch (error) {
    postMessage({ error: String((error as Error).stack) });
  }
};
