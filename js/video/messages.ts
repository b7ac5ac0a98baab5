// What a window and the worker of a track say to each other.

import type { ModelInfo } from '../engine/engine.js';
import { type ErrorData, FiligreeError, messageOf } from '../errors.js';
import type { CompositorWish } from './background.js';
import type { Compositor, Look } from './compositor.js';
import type { FrameInput } from './process_track.js';
import type { LoopStatistics } from './statistics.js';

/** By its name a worker knows that it is a track's. */
export const kTrackWorkerName = 'filigree-track';

/** What draws in the worker: the default export of a module, or the background. */
export type EffectOrder = { draw: string } | { look: Look; compositor: CompositorWish };

/** How the worker begins; the streams become its own. */
export interface TrackOrder {
  readable: ReadableStream<VideoFrame>;
  writable: WritableStream<VideoFrame>;
  input: FrameInput;
  maxFps: number | undefined;
  targetMs: number | undefined;
  effect: EffectOrder | undefined;
}

export type ToTrack =
  | { start: TrackOrder }
  /** A model, and the way to its engine. */
  | { model: ModelInfo; channel: MessagePort }
  /** Why the engine at the end of the last channel has ended. */
  | { ended: ErrorData }
  | { look: Look }
  | { stop: true };

export type FromTrack =
  /** The worker listens. */
  | { ready: true }
  | { statistics: LoopStatistics; compositor: Compositor['name'] | undefined }
  | { error: Thrown }
  | { modelGone: true }
  | { ended: true };

/** Anything thrown, as it crosses: one of our errors, or a text. */
export type Thrown = ErrorData | string;

export function packThrown(error: unknown): Thrown {
  return error instanceof FiligreeError ? error.toJSON() : messageOf(error);
}

export function unpackThrown(thrown: Thrown): Error {
  return typeof thrown === 'string' ? new Error(thrown) : FiligreeError.fromJSON(thrown);
}
