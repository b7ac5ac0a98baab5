// The work on a track, wherever it is done: takes frames, has a model look at them, draws, sends.

import type { CanvasContext } from '../canvas.js';
import { FiligreeError } from '../errors.js';
import type { Tensor } from '../tensors.js';
import type { Frame, FrameSource } from './frames.js';
import type { TrackSink } from './sink.js';
import { type LoopStatistics, Statistics } from './statistics.js';

/**
 * Draws an outgoing frame, all of it.
 * @param context as large as the frame; it holds nothing that can be relied on
 * @param frame the one that came; it is closed afterwards
 * @param outputs of the last run, in model order
 */
export type Draw = (
  context: CanvasContext,
  frame: Frame,
  outputs: Tensor[],
) => void | Promise<void>;

/** A model, as the loop sees it. */
export type Run = (frame: Frame) => Promise<Tensor[]>;

export interface LoopOptions {
  draw?: Draw | undefined;
  onResult?: ((outputs: Tensor[], frame: Frame) => void | Promise<void>) | undefined;
  maxFps?: number | undefined;
  targetMs?: number | undefined;
}

/** Who hears of what happens. None of these may throw. */
export interface LoopListener {
  onStatistics(statistics: LoopStatistics): void;
  onError(error: unknown): void;
  /** The model is not usable any more, as {@link LoopListener.onError} was told. */
  onModelGone(): void;
}

export class TrackLoop {
  readonly #frames: FrameSource;
  readonly #sink: TrackSink;
  readonly #options: LoopOptions;
  readonly #listener: LoopListener;
  readonly #statistics = new Statistics();
  #run: Run | undefined;
  #outputs: Tensor[] | undefined;
  #sinceRun = Number.POSITIVE_INFINITY;
  #due = Number.NEGATIVE_INFINITY;

  constructor(frames: FrameSource, sink: TrackSink, options: LoopOptions, listener: LoopListener) {
    this.#frames = frames;
    this.#sink = sink;
    this.#options = options;
    this.#listener = listener;
  }

  /** The model from the next frame on. Without one, frames go through as they came. */
  use(run: Run | undefined): void {
    this.#run = run;
    this.#outputs = undefined;
    this.#sinceRun = Number.POSITIVE_INFINITY;
  }

  /** Ends the loop before its next frame. */
  stop(): void {
    this.#frames.close();
  }

  /** Works until either track ends, or somebody stops it; then both ends are closed. */
  async work(): Promise<void> {
    try {
      for (;;) {
        const frame = await this.#frames.next();
        if (!frame) return;
        try {
          if (this.#sink.isEnded()) return;
          if (this.#isDue()) await this.#process(frame);
        } finally {
          frame.close();
        }
      }
    } finally {
      this.#frames.close();
      this.#sink.close();
    }
  }

  /** By the clock, since not every browser gives frames of every source timestamps. */
  #isDue(): boolean {
    const { maxFps = Number.POSITIVE_INFINITY } = this.#options;
    const period = 1000 / maxFps;
    const now = performance.now();
    // A little early counts: a camera's frames do not come to the microsecond. And one that comes late
    // does not put off the next.
    if (now < this.#due - period / 10) return false;
    this.#due = (now - this.#due > period ? now : this.#due) + period;
    return true;
  }

  async #process(frame: Frame): Promise<void> {
    const { draw } = this.#options;
    try {
      await this.#infer(frame);
      if (this.#outputs && draw) {
        await draw(this.#sink.context(frame.width, frame.height), frame, this.#outputs);
        this.#sink.send(frame.timestamp);
      } else {
        this.#sink.pass(frame);
      }
    } catch (error) {
      this.#fail(error);
      this.#sink.pass(frame);
    }
    this.#statistics.sent(this.#frames.dropped, (statistics) => {
      this.#listener.onStatistics(statistics);
    });
  }

  async #infer(frame: Frame): Promise<void> {
    const { onResult, targetMs = Number.POSITIVE_INFINITY } = this.#options;
    const every = Math.max(1, Math.ceil(this.#statistics.p50 / targetMs));
    if (!this.#run || ++this.#sinceRun < every) return;
    this.#sinceRun = 0;
    const started = performance.now();
    this.#outputs = await this.#run(frame);
    this.#statistics.inferred(performance.now() - started);
    await onResult?.(this.#outputs, frame);
  }

  #fail(error: unknown): void {
    this.#listener.onError(error);
    const isGone =
      error instanceof FiligreeError &&
      ['engine-crashed', 'out-of-memory', 'disposed'].includes(error.code);
    if (!isGone || !this.#run) return;
    this.use(undefined);
    this.#listener.onModelGone();
  }
}
