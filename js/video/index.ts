/**
 * Models on video tracks: {@link processTrack} for any model, {@link createBackgroundBlur} for people
 * before another background. In a page without a bundler the same is the global `filigreeVideo`.
 *
 * @module filigree/video
 */

import { serveTrack } from './track_worker.js';

export type { CanvasContext } from '../canvas.js';
export type { CompositorWish } from './background.js';
export {
  type BackgroundBlur,
  type BackgroundLook,
  type BackgroundOptions,
  createBackgroundBlur,
} from './background_blur.js';
export type { Frame } from './frames.js';
export { type FrameInput, processTrack, type TrackOptions } from './process_track.js';
export type { TrackStatistics } from './statistics.js';
export type { Draw } from './track_loop.js';
export type { ModelOrLoad } from './track_model.js';

serveTrack();
