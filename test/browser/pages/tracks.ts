// Video tracks through a model.

import { loadModel, type Model } from 'filigree';
import { createBackgroundBlur, processTrack, type TrackStatistics } from 'filigree/video';

const kModel = '/models/selfie_segmentation_landscape.tflite';
const kSize = { width: 320, height: 240 };

/** A clip that changes 30 times a second until it is stopped. */
export function clip(): MediaStreamTrack {
  const canvas = Object.assign(document.createElement('canvas'), kSize);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const [track] = canvas.captureStream(30).getVideoTracks();
  let count = 0;
  const timer = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(timer);
    context.fillStyle = `hsl(${(count * 7) % 360} 80% 50%)`;
    context.fillRect(0, 0, kSize.width, kSize.height);
    context.fillStyle = 'white';
    context.fillRect((count++ * 4) % kSize.width, 100, 40, 40);
  }, 1000 / 30);
  return track;
}

/** Plays a track, and resolves with its size once so many frames were shown. */
export async function watch(track: MediaStreamTrack, frames: number): Promise<[number, number]> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  for (let i = 0; i < frames; ++i) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  }
  const size: [number, number] = [video.videoWidth, video.videoHeight];
  video.srcObject = null;
  return size;
}

export interface ClipReport {
  size: [number, number];
  statistics: TrackStatistics;
  errors: string[];
}

/** A clip before another background, until there are statistics. */
export async function blurClip(): Promise<ClipReport> {
  const model = await loadModel(kModel);
  const blur = createBackgroundBlur({ model });
  const camera = clip();
  const errors: string[] = [];
  let report: ((statistics: TrackStatistics) => void) | undefined;
  const reported = new Promise<TrackStatistics>((resolve) => {
    report = resolve;
  });
  const track = blur.process(camera, {
    onStatistics: (statistics) => report?.(statistics),
    onError: (error) => errors.push(String(error)),
  });
  const size = await watch(track, 10);
  const statistics = await reported;
  track.stop();
  camera.stop();
  blur.dispose();
  model.dispose();
  return { size, statistics, errors };
}

export function ended(track: MediaStreamTrack): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => (track.readyState === 'ended' ? resolve(true) : setTimeout(look, 20));
    look();
  });
}

/** The ways in which a track ends. */
export async function endTracks(): Promise<Record<string, boolean>> {
  const model = await loadModel(kModel);
  const controller = new AbortController();
  const [byInput, bySignal, byStop] = [clip(), clip(), clip()];
  const first = processTrack(byInput, model);
  const second = processTrack(bySignal, model, { signal: controller.signal });
  const third = processTrack(byStop, model);
  await Promise.all([watch(first, 2), watch(second, 2), watch(third, 2)]);
  byInput.stop();
  controller.abort();
  third.stop();
  const result = {
    'with its input': await ended(first),
    'by a signal': await ended(second),
    'by its stop': await ended(third),
    'its input goes on': bySignal.readyState === 'live' && byStop.readyState === 'live',
  };
  for (const track of [bySignal, byStop]) track.stop();
  model.dispose();
  return result;
}

/** The model is gone in the middle: frames go on, and the model comes again. */
export async function passThroughCrash(): Promise<{ loads: number; errors: string[] }> {
  const errors: string[] = [];
  let loads = 0;
  let runs = 0;
  let model: Model | undefined;
  const camera = clip();
  let wake: (() => void) | undefined;
  const track = processTrack(
    camera,
    async () => {
      ++loads;
      model = await loadModel(kModel);
      return model;
    },
    {
      input: { mean: 0, std: 255 },
      onResult() {
        ++runs;
        wake?.();
      },
      onError: (error) => errors.push((error as { code?: string }).code ?? String(error)),
    },
  );
  const result = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  while (runs < 3) await result();
  model?.dispose();
  await watch(track, 5);
  const before = runs;
  while (loads < 2 || runs < before + 2) await result();
  track.stop();
  camera.stop();
  return { loads, errors: [...new Set(errors)] };
}

/** Callbacks that throw: how often each was called while frames went on, and what was uncaught. */
export async function throwFromCallbacks() {
  const model = await loadModel(kModel);
  const uncaught = new Set<string>();
  window.addEventListener('error', (event) => {
    uncaught.add(event.message);
    event.preventDefault();
  });
  const calls = { draw: 0, onError: 0, onStatistics: 0 };
  const fail = (name: keyof typeof calls) => () => {
    ++calls[name];
    throw new Error(`${name} threw`);
  };
  const camera = clip();
  const track = processTrack(camera, model, {
    input: { mean: 0, std: 255 },
    draw: fail('draw'),
    onError: fail('onError'),
    onStatistics: fail('onStatistics'),
  });
  while (calls.onStatistics < 2) await watch(track, 2);
  track.stop();
  camera.stop();
  model.dispose();
  return { ...calls, uncaught: [...uncaught].sort() };
}
