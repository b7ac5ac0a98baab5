// Pixels of a frame in memory, averaged and converted to RGB.

import type { FramePart, Span } from './frame_part.js';

/** A pixel of the input is the mean of at most so many of the frame, across and down each. */
const kMostTaps = 4;
/** The shares of red and blue in brightness: ITU-R BT.709. */
const kBt709 = [0.2126, 0.0722];
/** BT.601: also where a frame does not say. */
const kBt601 = [0.299, 0.114];

/**
 * Writes what an input sees of a frame.
 * @param bytes of the frame
 * @param layout of its one plane of RGBA or BGRA, of Y and of U and V in turns, or of Y, U and V
 * @param width of the input, in pixels
 * @param height of the input, in pixels
 * @param rgb of the input; where there is nothing of the frame it stays as it is
 */
export function writeRgb(
  bytes: Uint8Array,
  layout: readonly PlaneLayout[],
  { frame, columns, rows }: FramePart,
  width: number,
  height: number,
  rgb: Uint8ClampedArray,
): void {
  const [{ offset, stride }, planeU = layout[0], planeV] = layout;
  const isPacked = layout.length === 1;
  const startV = planeV?.offset ?? planeU.offset + 1;
  const stepUV = planeV ? 1 : 2;
  const red = frame.format?.[0] === 'B' ? 2 : 0;
  const { matrix, fullRange } = frame.colorSpace;
  const [redShare, blueShare] = matrix === 'bt709' ? kBt709 : kBt601;
  const across = tapsOf(columns, width);
  const down = tapsOf(rows, height);
  const wide = across.length / width;
  const tall = down.length / height;
  const share = 1 / (wide * tall);
  const step = isPacked ? 4 : 1;
  for (let y = 0; y < height; ++y) {
    const top = y * tall;
    if (down[top] < 0) continue;
    for (let x = 0; x < width; ++x) {
      const left = x * wide;
      if (across[left] < 0) continue;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let i = top; i < top + tall; ++i) {
        const row = offset + down[i] * stride;
        for (let k = left; k < left + wide; ++k) {
          const at = row + across[k] * step;
          r += bytes[at];
          if (!isPacked) continue;
          g += bytes[at + 1];
          b += bytes[at + 2];
        }
      }
      r *= share;
      g *= share;
      b *= share;
      if (!isPacked) {
        // The colours of a pixel in the middle; they are means of four already.
        const row = (down[top + (tall >> 1)] >> 1) * planeU.stride;
        const at = row + (across[left + (wide >> 1)] >> 1) * stepUV;
        // Limited range: Y from 16 to 235, U and V from 16 to 240.
        const level = fullRange ? r : (r - 16) * (255 / 219);
        const scale = fullRange ? 2 : 2 * (255 / 224);
        r = level + (1 - redShare) * scale * (bytes[startV + at] - 128);
        b = level + (1 - blueShare) * scale * (bytes[planeU.offset + at] - 128);
        g = (level - redShare * r - blueShare * b) / (1 - redShare - blueShare);
      }
      const at = 3 * (y * width + x);
      rgb[at + red] = r;
      rgb[at + 1] = g;
      rgb[at + 2 - red] = b;
    }
  }
}

/**
 * Along one axis, for each of an input's `count` positions in turn the pixels of the frame whose mean
 * it is, as many for each; −1 for one that shows nothing of the frame.
 */
function tapsOf([start, length, partStart, partLength]: Span, count: number): Int32Array {
  const taps = Math.min(Math.max(Math.round(length / count), 2), kMostTaps);
  const last = Math.ceil(partStart + partLength) - 1;
  return Int32Array.from({ length: count * taps }, (_, i) => {
    const centre = start + (Math.floor(i / taps) + 0.5) * (length / count) - partStart;
    if (centre < 0 || centre > partLength) return -1;
    const position = start + ((i + 0.5) * length) / (count * taps);
    return Math.min(Math.max(position, partStart), last);
  });
}
