// What puts a person before another background, on the GPU or without.

import type { Canvas } from '../canvas.js';
import { placeImage, type Rectangle } from '../images.js';
import { type Drawable, drawableSize } from '../pictures.js';
import type { Frame } from './frames.js';
import type { Mask } from './mask.js';

/** What is behind the person. */
export type Background =
  // Its radius is in pixels of the frame.
  | { kind: 'blur'; radius: number }
  // Red, green and blue from 0 to 1.
  | { kind: 'color'; color: [number, number, number] }
  | { kind: 'image'; image: Drawable };

export interface Look {
  background: Background;
  /**
   * How the person's outline is drawn between the pixels of the mask: `refined` follows the edges in
   * the frame, `soft` only smooths.
   */
  edge: 'refined' | 'soft';
}

export interface Compositor {
  readonly name: 'WebGL2' | 'Canvas2D';
  /** False while it cannot draw, for instance because the browser took the GPU's context away. */
  readonly isUsable: boolean;
  /** @returns a canvas of the frame's size; it is drawn over by the next call */
  draw(frame: Frame, mask: Mask, look: Look): Canvas;
  dispose(): void;
}

/** The part of a picture that fills a frame without being distorted, and the picture's size. */
export function partBehind(
  image: Drawable,
  frame: Frame,
): [Rectangle, ReturnType<typeof drawableSize>] {
  const size = drawableSize(image, 'option image');
  return [placeImage(size, frame, { fit: 'cover' }), size];
}
