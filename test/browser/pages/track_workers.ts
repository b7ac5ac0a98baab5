// Tracks that are worked on in a worker of their own, where the browser can; elsewhere in the window.

import { type LoadOptions, loadModel, type Model } from 'filigree';
import {
  type BackgroundBlur,
  createBackgroundBlur,
  processTrack,
  type TrackOptions,
  type TrackStatistics,
} from 'filigree/video';
import { clip, ended, watch } from './tracks.js';

const kModel = '/models/selfie_segmentation_landscape.tflite';
const kInput = { mean: 0, std: 255 };

/** What a track says, and a way to wait until it says something else. */
function listen() {
  const statistics: TrackStatistics[] = [];
  const errors: string[] = [];
  let wake = () => {};
  const options = {
    onStatistics(one: TrackStatistics) {
      statistics.push(one);
      wake();
    },
    onError(error: unknown) {
      errors.push((error as { code?: string }).code ?? String(error));
      wake();
    },
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { statistics, errors, options, until };
}

/** Where a pixel of the outgoing track is red, green and blue: in the middle of what it shows. */
async function middle(track: MediaStreamTrack): Promise<number[]> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(video, -video.videoWidth / 2, -video.videoHeight / 2);
  video.srcObject = null;
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Watches until the middle has that colour, as far as a compressed stream shows it. */
async function becomes(track: MediaStreamTrack, wanted: readonly number[]): Promise<void> {
  const isClose = (seen: number[]) => seen.every((value, c) => Math.abs(value - wanted[c]) < 40);
  while (!isClose(await middle(track))) await watch(track, 1);
}

/**
 * What is behind the person is changed while the track runs. Resolves once all of it was seen, with
 * the code of what a picture that is not loaded is refused with.
 */
export async function changeLooks(): Promise<string> {
  const model = await loadModel(kModel);
  const blur = createBackgroundBlur({ model, color: [1, 0, 0] });
  const camera = clip();
  const track = blur.process(camera);
  await becomes(track, [255, 0, 0]);
  blur.set({ color: [0, 0, 1] });
  await becomes(track, [0, 0, 255]);
  const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = 'lime';
  context.fillRect(0, 0, 8, 8);
  const picture = new Image();
  picture.src = canvas.toDataURL();
  await picture.decode();
  blur.set({ image: picture });
  await becomes(track, [0, 255, 0]);
  // A picture that is taken may be closed, and one that cannot be taken changes nothing.
  const bitmap = await createImageBitmap(picture);
  blur.set({ image: bitmap });
  bitmap.close();
  let refused = '';
  try {
    blur.set({ image: new Image() });
  } catch (error) {
    refused = (error as { code: string }).code;
  }
  blur.set({ color: [1, 1, 0] });
  await becomes(track, [255, 255, 0]);
  track.stop();
  camera.stop();
  blur.dispose();
  model.dispose();
  return refused;
}

/** Thirty frames a second that no window has a part in: a worker makes them. */
function workersClip(): { track: MediaStreamTrack; stop: () => void } {
  const { MediaStreamTrackGenerator: Generator } = globalThis as unknown as {
    MediaStreamTrackGenerator: new (
      init: object,
    ) => MediaStreamTrack & { writable: WritableStream };
  };
  const track = new Generator({ kind: 'video' });
  const program = `onmessage = ({ data }) => {
    const writer = data.getWriter();
    const canvas = new OffscreenCanvas(320, 240);
    const context = canvas.getContext('2d');
    let count = 0;
    setInterval(() => {
      context.fillStyle = 'hsl(' + count * 7 + ' 80% 50%)';
      context.fillRect(0, 0, 320, 240);
      writer.write(new VideoFrame(canvas, { timestamp: ++count * 33333 }));
    }, 33);
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([program])));
  worker.postMessage(track.writable, [track.writable] as unknown as Transferable[]);
  return {
    track,
    stop() {
      worker.terminate();
      track.stop();
    },
  };
}

export interface BusyReport {
  /** Of the time in which the window did nothing else. */
  during: TrackStatistics[];
  errors: string[];
}

/** The window is busy for seconds while a background is blurred. */
export async function keepWindowBusy(options: LoadOptions): Promise<BusyReport> {
  const model = await loadModel(kModel, options);
  const blur = createBackgroundBlur({ model });
  const camera = workersClip();
  const { statistics, errors, options: listener, until } = listen();
  const track = blur.process(camera.track, listener);
  await until(() => statistics.length > 0);
  statistics.length = 0;
  const begun = performance.now();
  while (performance.now() - begun < 4000);
  // What the worker has said meanwhile comes first.
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  const during = [...statistics];
  track.stop();
  camera.stop();
  blur.dispose();
  model.dispose();
  return { during, errors };
}

export interface WorkReport {
  worker: boolean;
  runs: boolean;
  errors: string[];
}

/** Whether the model runs on a track, and where, with these options. */
export async function workOn(
  loading: LoadOptions,
  options: Pick<TrackOptions, 'worker' | 'baseUrl' | 'draw'>,
  color?: number[],
): Promise<WorkReport> {
  const model = await loadModel(kModel, loading);
  const camera = clip();
  const { statistics, errors, options: listener, until } = listen();
  const track = processTrack(camera, model, { input: kInput, ...options, ...listener });
  await until(() => statistics.some(({ inferenceMs }) => inferenceMs.p50 > 0));
  if (color) await becomes(track, color);
  track.stop();
  camera.stop();
  model.dispose();
  const { worker } = statistics[0];
  return { worker, runs: true, errors };
}

/** The most frames that went out in a second, and how often the model ran in the second second. */
export async function slowDown(): Promise<{ fps: number; runs: number; draws: number }> {
  const model = await loadModel(kModel);
  const camera = clip();
  const limited = listen();
  const first = processTrack(camera, model, { maxFps: 5, ...limited.options });
  const sparing = listen();
  let [runs, draws] = [0, 0];
  const second = processTrack(camera, model, {
    targetMs: 0.001,
    onResult: () => void ++runs,
    draw: () => void ++draws,
    ...sparing.options,
  });
  await sparing.until(() => sparing.statistics.length > 0);
  [runs, draws] = [0, 0];
  await sparing.until(() => sparing.statistics.length > 1);
  await limited.until(() => limited.statistics.length > 1);
  for (const track of [first, second, camera]) track.stop();
  model.dispose();
  return { fps: Math.max(...limited.statistics.map(({ fps }) => fps)), runs, draws };
}

export interface ReloadReport {
  loads: number;
  errors: string[];
}

/**
 * The model is gone, and the one that is loaded in its place goes on.
 * @param start a track that shows the colour
 */
async function reloadBehind(
  start: (
    camera: MediaStreamTrack,
    load: () => Promise<Model>,
    options: Pick<TrackOptions, 'onStatistics' | 'onError'>,
  ) => MediaStreamTrack,
  color: readonly number[],
): Promise<ReloadReport> {
  let loads = 0;
  let model: Model | undefined;
  const load = async () => {
    ++loads;
    model = await loadModel(kModel);
    return model;
  };
  const camera = clip();
  const { statistics, errors, options, until } = listen();
  const track = start(camera, load, options);
  await becomes(track, color);
  model?.dispose();
  await until(() => errors.length > 0);
  await watch(track, 5);
  await until(() => loads === 2);
  statistics.length = 0;
  await until(() => statistics.some(({ inferenceMs }) => inferenceMs.p50 > 0));
  await becomes(track, color);
  track.stop();
  camera.stop();
  return { loads, errors: [...new Set(errors)] };
}

export async function reloadBehindBlur(): Promise<ReloadReport> {
  let blur: BackgroundBlur | undefined;
  const color: [number, number, number] = [0, 0, 1];
  const start: Parameters<typeof reloadBehind>[0] = (camera, model, options) => {
    blur = createBackgroundBlur({ color, model });
    return blur.process(camera, options);
  };
  const report = await reloadBehind(start, [0, 0, 255]);
  blur?.dispose();
  return report;
}

/** @param draw of a module that draws in lime */
export function reloadBehindModule(draw: string): Promise<ReloadReport> {
  return reloadBehind(
    (camera, model, options) => processTrack(camera, model, { input: kInput, draw, ...options }),
    [0, 255, 0],
  );
}

/** What a track says of an option for its pictures that does not exist. */
export async function mistypeInput(): Promise<string> {
  const model = await loadModel(kModel);
  const camera = clip();
  const said = await new Promise<string>((resolve) => {
    const input = { maen: 127.5 } as object;
    const track = processTrack(camera, model, {
      input,
      onError(error) {
        track.stop();
        resolve(String(error));
      },
    });
  });
  camera.stop();
  model.dispose();
  return said;
}

/** What options that are no URLs are refused with. */
export async function refuseUrls(): Promise<string[]> {
  const camera = clip();
  const model = await loadModel(kModel);
  const refusalOf = (options: TrackOptions) => {
    try {
      processTrack(camera, model, options).stop();
      return 'taken';
    } catch (error) {
      return String(error);
    }
  };
  const refused = [
    refusalOf({ draw: 'http://[' }),
    refusalOf({ draw: 'draw_lime.js', baseUrl: '//[' }),
  ];
  refused.push(await loadModel(kModel, { baseUrl: '//[' }).then(() => 'taken', String));
  camera.stop();
  model.dispose();
  return refused;
}

/** What is stopped before it begins loads nothing. */
export async function abortAtOnce(): Promise<{ ended: boolean; loads: number }> {
  let loads = 0;
  const load = () => {
    ++loads;
    return loadModel(kModel);
  };
  const camera = clip();
  const track = processTrack(camera, load, { signal: AbortSignal.abort() });
  const isEnded = await ended(track);
  // What would be loaded later is begun within a task.
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  camera.stop();
  return { ended: isEnded, loads };
}

/** The track's worker dies. */
export async function loseTrackWorker(): Promise<{ ended: boolean; errors: string[] }> {
  let died: Worker | undefined;
  const { Worker: Original } = globalThis;
  globalThis.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      if (options?.name === 'filigree-track') died = this;
    }
  };
  const model = await loadModel(kModel);
  const camera = clip();
  const { statistics, errors, options, until } = listen();
  const track = processTrack(camera, model, options);
  await until(() => statistics.length > 0);
  globalThis.Worker = Original;
  died?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
  const report = { ended: await ended(track), errors };
  camera.stop();
  model.dispose();
  return report;
}

/** A worker of the page's own does all of it, which is Safari's way. */
export async function sendTrackToWorker(): Promise<boolean> {
  const worker = new Worker('track_in_worker.js', { type: 'module' });
  const camera = clip();
  const drawn = await new Promise<MediaStreamTrack>((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.track) resolve(data.track);
      else reject(new Error(data.error));
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    // What is sent counts as ended here.
    const sent = camera.clone();
    worker.postMessage(sent, [sent as unknown as Transferable]);
  });
  await becomes(drawn, [0, 255, 0]);
  drawn.stop();
  worker.terminate();
  return true;
}
