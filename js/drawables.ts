// Pictures that only the browser can read, as inputs: frames from their memory, all else by a canvas.

import type { EngineInput } from './engine/engine.js';
import { framePart } from './frames/frame_part.js';
import { checkKeys, type ImageInput, imageToInput, normalization, pictureShape } from './images.js';
import { type Drawable, readDrawable } from './pictures.js';
import type { TensorInfo } from './tensors.js';

/**
 * A picture as the engine takes it.
 * @returns a frame of video that can be read from its memory is the caller's own still
 * @throws FiligreeError `bad-input`, its message beginning with `name`
 */
export function drawableToInput(
  input: ImageInput & { image: Drawable },
  info: TensorInfo,
  name: string,
): EngineInput {
  checkKeys(input, name);
  const { image, fit: _, crop: __, ...numbers } = input;
  const shape = pictureShape(info, name);
  const part = framePart(image, input, shape, name);
  if (part) return { ...part, ...normalization(numbers, shape.channels, name) };
  return imageToInput({ ...numbers, image: readDrawable(image, input, shape, name) }, shape, name);
}
