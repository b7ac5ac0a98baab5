// What puts a person before another background, on the GPU or without.

import type { Frame } from './frames.js';
import type { Mask } from './mask.js';

/** What is behind the person. */
export type Background =
  | { kind: 'blur' /** Radius in pixels of the frame. */; radius: number }
  | { kind: 'color' /** Red, green and blue from 0 to 1. */; color: [number, number, number] }
  | { kind: 'image'; image: CanvasImageSource & { width: number; height: number } };

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
  draw(frame: Frame, mask: Mask, look: Look): OffscreenCanvas | HTMLCanvasElement;
  dispose(): void;
}

/** Where the web has no OffscreenCanvas it has documents. */
export function makeCanvas(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** The part of a picture that fills a frame without being distorted. */
export function coverOf(
  picture: { width: number; height: number },
  frame: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const scale = Math.min(picture.width / frame.width, picture.height / frame.height);
  const [width, height] = [frame.width * scale, frame.height * scale];
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}
