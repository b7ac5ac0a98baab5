// The package, for programs in this tree that import it by its name: checked against its source, so
// that nothing has to be built first.

declare module 'filigree' {
  type Package = typeof import('../js/index.js');
  export const loadModel: Package['loadModel'];
  export const placeImage: Package['placeImage'];
  export const FiligreeError: Package['FiligreeError'];
  export type FiligreeError = import('../js/index.js').FiligreeError;
  export type ErrorCode = import('../js/index.js').ErrorCode;
  export type Explanation = import('../js/index.js').Explanation;
  export type LayerExplanation = import('../js/index.js').LayerExplanation;
  export type LoadOptions = import('../js/index.js').LoadOptions;
  export type LoadProgress = import('../js/index.js').LoadProgress;
  export type Model = import('../js/index.js').Model;
  export type Profile = import('../js/index.js').Profile;
  export type Tensor = import('../js/index.js').Tensor;
  export type Variant = import('../js/index.js').Variant;
}

declare module 'filigree/video' {
  type Video = typeof import('../js/video/index.js');
  export const createBackgroundBlur: Video['createBackgroundBlur'];
  export const processTrack: Video['processTrack'];
  export type BackgroundBlur = import('../js/video/index.js').BackgroundBlur;
  export type Draw = import('../js/video/index.js').Draw;
  export type TrackOptions = import('../js/video/index.js').TrackOptions;
  export type TrackStatistics = import('../js/video/index.js').TrackStatistics;
}
