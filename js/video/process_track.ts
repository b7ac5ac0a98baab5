// processTrack: a model at work on a video track, frame by frame.

import type { ImageInput } from '../images.js';
import type { Tensor } from '../tensors.js';
import type { Frame } from './frames.js';
import { startTrack } from './start_track.js';
import type { TrackStatistics } from './statistics.js';
import type { Draw } from './track_loop.js';
import type { ModelOrLoad } from './track_model.js';

/** How a frame becomes the input of a model: as for `run`. */
export type FrameInput = Omit<ImageInput, 'image'>;

/** What {@link processTrack} does with the frames, and whom it tells. All of it is optional. */
export interface TrackOptions {
  /** How a frame becomes the model's input. Default: that of a picture without options. */
  input?: FrameInput;
  /**
   * Draws an outgoing frame, all of it. Default: the frame as it came. A function draws here; the URL
   * of a module has that module's default export draw, in the track's worker where there is one.
   */
  draw?: Draw | string | URL;
  /**
   * Gets the outputs of each run, before the frame is drawn.
   * @param outputs in model order
   * @param frame the one that the model has seen; it is closed afterwards
   */
  onResult?(outputs: Tensor[], frame: Frame): void | Promise<void>;
  /** Frames per second at most; others are left out. Default: all. */
  maxFps?: number;
  /**
   * Milliseconds that the model may take per frame on average. Where it takes longer, it runs on
   * every second frame (third, …), and the ones between are drawn with the last outputs. Default:
   * as long as it wants.
   */
  targetMs?: number;
  /**
   * Is told about once a second how the track is doing.
   * @param statistics of the last second or so
   */
  onStatistics?(statistics: TrackStatistics): void;
  /**
   * What went wrong with the model, `draw` or `onResult`. Frames go on as they came until it works
   * again. Default: `console.error`.
   * @param error mostly a `FiligreeError`
   */
  onError?(error: unknown): void;
  /** Ends the outgoing track. */
  signal?: AbortSignal;
  /**
   * Whether the work is done in a worker, where the browser and the other options allow it. Default
   * true.
   */
  worker?: boolean;
  /** The folder that the package's dist/ was copied to, see `loadModel`: the worker's script is there. */
  baseUrl?: string | URL;
}

/**
 * Runs a model on the frames of a video track. It always takes the latest frame: those that come
 * while the model is busy are dropped. Where tracks can be read as streams, this goes on at full rate
 * in a hidden tab: in a window of Chromium, and in a worker in Safari; elsewhere browsers pause it
 * there.
 *
 * The work is done in a worker of its own, which a busy page does not delay, unless `draw` or
 * `onResult` are functions of the caller's, which can only be called where they are, or the browser
 * reads no streams.
 * @param track stays the caller's: it is not stopped at the end
 * @param model or a function that loads one: it is called again after the engine has crashed, and
 * until the model is there frames go through as they came. Then the model is disposed of with the track
 * @param options what is done with the frames
 * @returns a track with the drawn frames; it ends with `track`, with `signal`, or by its `stop()`
 * @throws a `FiligreeError`: `bad-input` when it is no video track, or when `draw` or `baseUrl` is no URL
 * @example
 * ```ts
 * const drawn = processTrack(camera, model, {
 *   draw(context, { image, width, height }, outputs) {
 *     context.drawImage(image, 0, 0, width, height);
 *     drawBoxes(context, outputs);
 *   },
 * });
 * video.srcObject = new MediaStream([drawn]);
 * ```
 */
export function processTrack(
  track: MediaStreamTrack,
  model: ModelOrLoad,
  options: TrackOptions = {},
): MediaStreamTrack {
  return startTrack(track, model, options);
}
