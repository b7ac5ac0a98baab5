// Which video frames are read from their own memory, and what a model's input sees of them. A canvas
// converts and copies the whole frame before it scales it, which without a GPU takes five times as
// long.

import type { EngineInput } from '../engine/engine.js';
import { type ImageInput, type ImageShape, placeImage } from '../images.js';
import type { Drawable } from '../pictures.js';

/**
 * Along one axis, in pixels of the frame: where what an input sees begins and how long it is, and the
 * same of the part of the frame to use, beside which the input sees black.
 */
export type Span = readonly [start: number, length: number, partStart: number, partLength: number];

/** A video frame and what of it an input shows. */
export interface FramePart {
  /** Whoever reads it has a clone of its own, and closes it. */
  frame: VideoFrame;
  columns: Span;
  rows: Span;
}

/** Newer than TypeScript's library: a picture that is shown turned or mirrored. */
interface Turned {
  rotation?: number;
  flip?: boolean;
}

/**
 * Format and browser. Pixels of four bytes; brightness and, at half the size, two colours in two
 * planes or in one. WebKit refuses to copy pixels of which one byte says nothing. (Chromium and its
 * like call themselves AppleWebKit, too; other names of the browser do not exist in workers.)
 */
const kFormats = /^(RGBA|BGRA|I420|NV12|(RGB|BGR)X(?!.*AppleWebKit(?!.*Chrom))) /;
/** Colours that are those of a canvas, or so near that nobody converts them. */
const kPrimaries = /^(null|bt709|smpte170m|bt470bg)$/;

/**
 * What a model's input sees of a frame that can be read from its memory.
 * @returns undefined for what is drawn instead: other pictures and formats, frames that are turned,
 * or are smaller than the input, and models that do not take red, green and blue
 * @throws FiligreeError `bad-input` for a crop outside of the frame or an unknown fit
 */
export function framePart(
  image: Drawable,
  { fit, crop }: Pick<ImageInput, 'fit' | 'crop'>,
  input: ImageShape,
  name: string,
): FramePart | undefined {
  if (!('format' in image)) return undefined;
  const { format, visibleRect, displayWidth: width, displayHeight: height, colorSpace } = image;
  const { rotation, flip } = image as Turned;
  const isReadable =
    input.channels === 3 &&
    kFormats.test(`${format} ${globalThis.navigator?.userAgent}`) &&
    visibleRect?.width === width &&
    visibleRect.height === height &&
    kPrimaries.test(String(colorSpace.primaries)) &&
    !rotation &&
    !flip;
  if (!isReadable) return undefined;
  const part = crop ?? { x: 0, y: 0, width, height };
  const seen = placeImage({ width, height }, input, { fit, crop: part }, name);
  if (seen.width < input.width || seen.height < input.height) return undefined;
  return {
    frame: image,
    columns: [seen.x, seen.width, part.x, part.width],
    rows: [seen.y, seen.height, part.y, part.height],
  };
}

/** Closes the frames among the inputs of a call. Those that were moved or closed already stay so. */
export function closeFrames(inputs: readonly EngineInput[]): void {
  for (const input of inputs) if ('frame' in input) input.frame.close();
}
