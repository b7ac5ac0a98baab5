// @ts-check
// The sparse face detector and its dense sibling, at the same pixels in turns.

import { loadModel, placeImage } from 'filigree';
import { findFaces, kFaceInput, kFaceInputSize } from './faces.js';
import { median } from './statistics.js';

/** @typedef {import('filigree').Model} Model */
/** @typedef {import('./faces.js').Face} Face */
/** @typedef {'sparse' | 'dense'} Kind */

/** @type {Record<Kind, string>} */
const kModels = {
  sparse: 'models/face_detection_full_range_sparse.tflite',
  dense: 'models/face_detection_full_range.tflite',
};
/** So many times of each are remembered: about a second of video. */
const kRemembered = 30;

/** Both models at work. */
export class FacePair {
  #models;
  #pixels;
  /** @type {Record<Kind, number[]>} */
  #times = { sparse: [], dense: [] };
  /** @type {Kind[]} */
  #order = ['sparse', 'dense'];

  /** @param {import('filigree').LoadOptions} options for both */
  static async load(options) {
    const [sparse, dense] = await Promise.allSettled([
      loadModel(kModels.sparse, options),
      loadModel(kModels.dense, options),
    ]);
    if (sparse.status === 'fulfilled' && dense.status === 'fulfilled') {
      return new FacePair({ sparse: sparse.value, dense: dense.value });
    }
    for (const one of [sparse, dense]) if (one.status === 'fulfilled') one.value.dispose();
    throw sparse.status === 'rejected' ? sparse.reason : /** @type {any} */ (dense).reason;
  }

  /** @param {Record<Kind, Model>} models */
  constructor(models) {
    this.#models = models;
    const canvas = new OffscreenCanvas(kFaceInputSize, kFaceInputSize);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    this.#pixels = /** @type {OffscreenCanvasRenderingContext2D} */ (context);
    this.#pixels.imageSmoothingQuality = 'medium';
  }

  /**
   * Both models' faces. Who goes first changes from turn to turn, since the first one may find a
   * colder cache.
   * @param {ImageBitmap | OffscreenCanvas} image
   * @param {number} [turns] how often each looks, for times that can be relied on
   * @returns {Promise<Record<Kind, Face[]>>}
   */
  async look(image, turns = 1) {
    const pixels = this.#read(image);
    /** @type {Record<Kind, Face[]>} */
    const found = { sparse: [], dense: [] };
    for (let turn = 0; turn < turns; ++turn) {
      for (const kind of this.#order) {
        const started = performance.now();
        const [boxes, logits] = await this.#models[kind].run({ image: pixels, ...kFaceInput });
        this.#remember(kind, performance.now() - started);
        found[kind] = findFaces(
          /** @type {Float32Array} */ (boxes.data),
          /** @type {Float32Array} */ (logits.data),
          image,
        );
      }
      this.#order.reverse();
    }
    return found;
  }

  /** Medians of the last runs. */
  get milliseconds() {
    return { sparse: median(this.#times.sparse), dense: median(this.#times.dense) };
  }

  /** Another picture, other times. */
  forget() {
    this.#times = { sparse: [], dense: [] };
  }

  /** How the sparse one runs. */
  explain() {
    return this.#models.sparse.explain();
  }

  dispose() {
    this.#models.sparse.dispose();
    this.#models.dense.dispose();
  }

  /**
   * The picture as both models see it, read once: what is timed is theirs alone.
   * @param {ImageBitmap | OffscreenCanvas} image
   */
  #read(image) {
    const input = { width: kFaceInputSize, height: kFaceInputSize };
    const seen = placeImage(image, input, kFaceInput);
    const scale = kFaceInputSize / seen.width;
    const { width, height } = image;
    const [x, y] = [-seen.x * scale, -seen.y * scale];
    this.#pixels.clearRect(0, 0, input.width, input.height);
    this.#pixels.drawImage(image, x, y, width * scale, height * scale);
    return this.#pixels.getImageData(0, 0, input.width, input.height);
  }

  /** @param {Kind} kind @param {number} ms */
  #remember(kind, ms) {
    const times = this.#times[kind];
    times.push(ms);
    if (times.length > kRemembered) times.shift();
  }
}
