// The person in a frame, as a segmentation model sees it: one byte for each pixel of the model's
// output, steadied over time.

import { FiligreeError } from '../errors.js';
import type { Tensor } from '../tensors.js';

/** Small changes are mostly the model's doubt: they come slowly. Large ones are movement. */
const kSlow = 0.35;
const kFast = 0.9;
/** From this change on, as a share of full. */
const kMovement = 0.35;

export interface Mask {
  width: number;
  height: number;
  /** 0: background, 255: person. */
  data: Uint8Array;
}

export class MaskFilter {
  #smooth = new Float32Array(0);
  #mask: Mask = { width: 0, height: 0, data: new Uint8Array(0) };

  /**
   * @param output of [1, height, width, 1], shares of person between 0 and 1, or
   * [1, height, width, 2], logits of background and person
   * @throws FiligreeError `bad-input` for an output of another shape
   */
  update({ name, shape, dtype, data }: Tensor): Mask {
    const [batch, height, width, channels] = shape;
    if (shape.length !== 4 || batch !== 1 || channels > 2 || dtype !== 'float32') {
      throw new FiligreeError(
        'bad-input',
        `output ${JSON.stringify(name)} is no mask: expected float32 1×height×width×(1 or 2), ` +
          `got ${dtype} ${shape.join('×')}`,
      );
    }
    const pixels = width * height;
    const isFirst = this.#mask.width !== width || this.#mask.height !== height;
    if (isFirst) {
      this.#smooth = new Float32Array(pixels);
      this.#mask = { width, height, data: new Uint8Array(pixels) };
    }
    const smooth = this.#smooth;
    for (let i = 0; i < pixels; ++i) {
      const said = channels === 1 ? data[i] : 1 / (1 + Math.exp(data[2 * i] - data[2 * i + 1]));
      // What is no number changes nothing, instead of staying for ever.
      const change = Math.min(Math.max(said, 0), 1) - smooth[i] || 0;
      const share = isFirst ? 1 : Math.abs(change) >= kMovement ? kFast : kSlow;
      smooth[i] += share * change;
      this.#mask.data[i] = 255 * smooth[i] + 0.5;
    }
    return this.#mask;
  }
}
