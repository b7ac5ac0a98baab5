/**
 * Models on video tracks: {@link processTrack} for any model, {@link createBackgroundBlur} for people
 * before another background. In a page without a bundler the same is the global `filigreeVideo`.
 *
 * @module filigree/video
 */

export type { CanvasContext } from '../canvas.js';
export {
  type BackgroundBlur,
  type BackgroundLook,
  type BackgroundOptions,
  createBackgroundBlur,
} from './background_blur.js';
export type { Frame } from './frames.js';
export { type FrameInput, processTrack, type TrackOptions } from './process_track.js';
export type { TrackStatistics } from './statistics.js';
