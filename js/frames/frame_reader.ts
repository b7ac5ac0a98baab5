// Video frames as models see them, read from their own memory: the engine's part of frame_part.ts.

import { FiligreeError, messageOf } from '../errors.js';
import type { TensorInfo } from '../tensors.js';
import type { FramePart } from './frame_part.js';
import { writeRgb } from './frame_pixels.js';

/** Reads frames one after the other; its memory is used again. */
export class FrameReader {
  #bytes = new Uint8Array(0);
  #rgb = new Uint8ClampedArray(0);

  /**
   * Reads what an input of the model sees of a frame, scaled to its size.
   * @returns RGB, until the next frame is read
   * @throws FiligreeError `bad-input` when the browser cannot read the frame
   */
  async read(part: FramePart, { name, shape }: TensorInfo): Promise<Uint8ClampedArray> {
    const layout = await this.#copy(part.frame).catch((error) => {
      const text = `input ${JSON.stringify(name)}: the frame cannot be read: ${messageOf(error)}`;
      throw new FiligreeError('bad-input', text, { cause: error });
    });
    const [, height, width] = shape;
    const length = 3 * width * height;
    if (this.#rgb.length !== length) this.#rgb = new Uint8ClampedArray(length);
    writeRgb(this.#bytes, layout, part, width, height, this.#rgb.fill(0));
    return this.#rgb;
  }

  async #copy(frame: VideoFrame): Promise<PlaneLayout[]> {
    const size = frame.allocationSize();
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    return frame.copyTo(this.#bytes);
  }
}
