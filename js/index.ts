/**
 * Runs `.tflite` models: everything that a user of the package can import. It begins with
 * {@link loadModel}; in a page without a bundler the same is the global `filigree`.
 *
 * @module filigree
 */

export type { Variant } from './environment.js';
export { type ErrorCode, type ErrorData, FiligreeError } from './errors.js';
export { type ImageInput, type ImagePixels, placeImage, type Rectangle } from './images.js';
export type { Input, Into } from './inputs.js';
export { type Limits, type LoadOptions, loadModel } from './load.js';
export type { Model, ProfileOptions, RunOptions } from './model.js';
export type { Drawable } from './pictures.js';
export type { LoadProgress } from './progress.js';
export type {
  Explanation,
  LayerExplanation,
  LayerProfile,
  Macs,
  MemoryReport,
  Profile,
  ValueSummary,
} from './reports.js';
export type { ModelSource } from './source.js';
export type { ArrayOf, DType, Tensor, TensorArray, TensorInfo, TensorOf } from './tensors.js';
