// What the browser tests call in the page: fixtures.ts reaches these functions by name.

import type { LoadOptions } from 'filigree';
import { answersTo } from './answers.js';
import { composite, loseContext } from './compositors.js';
import { everyKind, fits, wrongPictures } from './drawables.js';
import { provoke } from './failures.js';
import { dropFrames, planesAndCanvas, readFrames } from './frames.js';
import { judgeFaces } from './judge_faces.js';
import { judgeGraph } from './judge_graphs.js';
import { judgeDistances, judgeModel } from './judge_models.js';
import { type RunReport, runFaceModel } from './run_modes.js';
import { showStill } from './stills.js';
import {
  abortAtOnce,
  changeLooks,
  keepWindowBusy,
  loseTrackWorker,
  mistypeInput,
  refuseUrls,
  reloadBehindBlur,
  reloadBehindModule,
  sendTrackToWorker,
  slowDown,
  workOn,
} from './track_workers.js';
import { blurClip, endTracks, passThroughCrash, throwFromCallbacks } from './tracks.js';

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
  abortAtOnce,
  answersTo,
  blurClip,
  changeLooks,
  composite,
  dropFrames,
  endTracks,
  everyKind,
  fits,
  judgeDistances,
  judgeFaces,
  judgeGraph,
  judgeModel,
  keepWindowBusy,
  loseContext,
  loseTrackWorker,
  mistypeInput,
  passThroughCrash,
  planesAndCanvas,
  provoke,
  readFrames,
  refuseUrls,
  reloadBehindBlur,
  reloadBehindModule,
  runFaceModel,
  runFaceModelInWorker,
  sendTrackToWorker,
  showStill,
  slowDown,
  throwFromCallbacks,
  workOn,
  wrongPictures,
};

export type Harness = typeof harness;

Object.assign(globalThis, { harness });
