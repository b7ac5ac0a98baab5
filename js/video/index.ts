// filigree/video: models on video tracks.

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
