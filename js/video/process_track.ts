// processTrack: a model at work on a video track, frame by frame.

import type { CanvasContext } from '../canvas.js';
import { FiligreeError } from '../errors.js';
import type { ImageInput } from '../images.js';
import type { Model } from '../model.js';
import type { Tensor } from '../tensors.js';
import { type Frame, framesOf } from './frames.js';
import { makeSink } from './sink.js';
import { Statistics, type TrackStatistics } from './statistics.js';

/** How a frame becomes the input of a model: as for `run`. */
export type FrameInput = Omit<ImageInput, 'image'>;

/** What {@link processTrack} does with the frames, and whom it tells. All of it is optional. */
export interface TrackOptions {
  /** How a frame becomes the model's input. Default: that of a picture without options. */
  input?: FrameInput;
  /**
   * Draws an outgoing frame, all of it. Default: the frame as it came.
   * @param context as large as the frame; it holds nothing that can be relied on
   * @param frame the one that came; it is closed afterwards
   * @param outputs of the last run, in model order
   */
  draw?(context: CanvasContext, frame: Frame, outputs: Tensor[]): void | Promise<void>;
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
   * @param error mostly a {@link FiligreeError}
   */
  onError?(error: unknown): void;
  /** Ends the outgoing track. */
  signal?: AbortSignal;
}

/** Before a model is loaded again; one that fails or crashes at once must not keep the page busy. */
const kReloadPauseMs = 1000;

/**
 * Runs a model on the frames of a video track. It always takes the latest frame: those that come
 * while the model is busy are dropped. In Chromium this goes on at full rate in a hidden tab; where
 * there is no MediaStreamTrackProcessor, browsers pause it there.
 * @param track stays the caller's: it is not stopped at the end
 * @param model or a function that loads one: it is called again after the engine has crashed, and
 * until the model is there frames go through as they came. Then the model is disposed of with the track
 * @param options what is done with the frames
 * @returns a track with the drawn frames; it ends with `track`, with `signal`, or by its `stop()`
 * @throws a {@link FiligreeError}: `bad-input` when it is no video track
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
  model: Model | (() => Promise<Model>),
  options: TrackOptions = {},
): MediaStreamTrack {
  if (track.kind !== 'video') {
    throw new FiligreeError('bad-input', `expected a video track, got one of kind ${track.kind}`);
  }
  const worker = new TrackWorker(track, model, options);
  void worker.work();
  return worker.sink.track;
}

class TrackWorker {
  readonly sink = makeSink();
  readonly #frames;
  readonly #options: TrackOptions;
  readonly #load: (() => Promise<Model>) | undefined;
  readonly #statistics = new Statistics();
  #model: Model | undefined;
  #outputs: Tensor[] | undefined;
  #sinceRun = Number.POSITIVE_INFINITY;
  #isOver = false;
  #lastTimestamp = Number.NEGATIVE_INFINITY;

  constructor(
    track: MediaStreamTrack,
    model: Model | (() => Promise<Model>),
    options: TrackOptions,
  ) {
    this.#frames = framesOf(track);
    this.#options = options;
    if (typeof model === 'function') {
      this.#load = model;
      void this.#reload(0);
    } else {
      this.#model = model;
    }
  }

  async work(): Promise<void> {
    const { signal } = this.#options;
    const close = () => this.#frames.close();
    signal?.addEventListener('abort', close);
    if (signal?.aborted) close();
    for (;;) {
      const frame = await this.#frames.next();
      if (!frame || this.sink.track.readyState === 'ended') {
        frame?.close();
        break;
      }
      if (this.#isDue(frame)) await this.#process(frame);
      frame.close();
    }
    signal?.removeEventListener('abort', close);
    this.#frames.close();
    this.sink.close();
    this.#isOver = true;
    if (this.#load) this.#model?.dispose();
  }

  #isDue({ timestamp }: Frame): boolean {
    const { maxFps = Number.POSITIVE_INFINITY } = this.#options;
    // A little early counts: a camera's frames do not come to the microsecond.
    if (timestamp - this.#lastTimestamp < 0.9e6 / maxFps) return false;
    this.#lastTimestamp = timestamp;
    return true;
  }

  async #process(frame: Frame): Promise<void> {
    const { draw, onStatistics } = this.#options;
    const context = this.sink.context(frame.width, frame.height);
    try {
      await this.#infer(frame);
      if (this.#outputs && draw) await draw(context, frame, this.#outputs);
      else context.drawImage(frame.image, 0, 0, frame.width, frame.height);
    } catch (error) {
      this.#fail(error);
      context.drawImage(frame.image, 0, 0, frame.width, frame.height);
    }
    this.sink.send(frame.timestamp);
    this.#statistics.sent(this.#frames.dropped, (statistics) => {
      callBack(() => onStatistics?.(statistics));
    });
  }

  async #infer(frame: Frame): Promise<void> {
    const { onResult, input, targetMs = Number.POSITIVE_INFINITY } = this.#options;
    const every = Math.max(1, Math.ceil(this.#statistics.p50 / targetMs));
    if (!this.#model || ++this.#sinceRun < every) return;
    this.#sinceRun = 0;
    const started = performance.now();
    this.#outputs = await this.#model.run({ image: frame.image, ...input });
    this.#statistics.inferred(performance.now() - started);
    await onResult?.(this.#outputs, frame);
  }

  #fail(error: unknown): void {
    this.#report(error);
    const isGone =
      error instanceof FiligreeError &&
      ['engine-crashed', 'out-of-memory', 'disposed'].includes(error.code);
    if (!isGone || !this.#model) return;
    this.#model = undefined;
    this.#outputs = undefined;
    if (this.#load) void this.#reload(kReloadPauseMs);
  }

  /** Tries until there is a model, or nobody wants one any more. It belongs to us. */
  async #reload(pauseMs: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
    if (this.#isOver) return;
    try {
      this.#model = await this.#load?.();
      if (this.#isOver) this.#model?.dispose();
    } catch (error) {
      this.#report(error);
      void this.#reload(kReloadPauseMs);
    }
  }

  #report(error: unknown): void {
    const { onError = (it: unknown) => console.error(it) } = this.#options;
    callBack(() => onError(error));
  }
}

/** What a callback throws that is itself only told something is an uncaught error; frames go on. */
function callBack(call: () => void): void {
  try {
    call();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
