// Pixels of a frame in memory, averaged and converted to RGB.

import type { ImagePixels } from '../images.js';

/** One axis of the result: for each position the frame's pixels whose mean it is. */
export interface Taps {
  /** Positions. */
  count: number;
  /** Pixels of each. */
  taps: number;
  /** Those of the first position, of the second, … */
  pixels: Int32Array;
  /** Positions from `begin` to before `end` show the frame; the others are black. */
  begin: number;
  end: number;
}

/** The shares of red and blue in brightness (ITU-R BT.709). */
const kBt709 = [0.2126, 0.0722];
/** BT.601: also where a frame does not say. */
const kBt601 = [0.299, 0.114];

/** @param order where a pixel's four bytes have red, green and blue */
export function rgbOfWords(
  bytes: Uint8Array,
  { offset, stride }: PlaneLayout,
  order: readonly [number, number, number],
  columns: Taps,
  rows: Taps,
): ImagePixels {
  const words = new Uint32Array(bytes.buffer, offset, (bytes.length - offset) >> 2);
  const data = new Uint8ClampedArray(3 * columns.count * rows.count);
  const sums = [0, 0, 0];
  const share = 1 / (columns.taps * rows.taps);
  for (let y = rows.begin; y < rows.end; ++y) {
    for (let x = columns.begin; x < columns.end; ++x) {
      // Two bytes of a word at a time: their sums of 16 at most stay below 2¹⁶.
      let even = 0;
      let odd = 0;
      for (let i = y * rows.taps; i < (y + 1) * rows.taps; ++i) {
        const row = (rows.pixels[i] * stride) >> 2;
        for (let tap = x * columns.taps; tap < (x + 1) * columns.taps; ++tap) {
          const word = words[row + columns.pixels[tap]];
          even += word & 0xff00ff;
          odd += (word >>> 8) & 0xff00ff;
        }
      }
      sums[0] = even & 0xffff;
      sums[1] = odd & 0xffff;
      sums[2] = even >>> 16;
      const at = 3 * (y * columns.count + x);
      data[at] = sums[order[0]] * share;
      data[at + 1] = sums[order[1]] * share;
      data[at + 2] = sums[order[2]] * share;
    }
  }
  return { data, width: columns.count, height: rows.count };
}

/** @param layout of Y, U and V, or of Y and of U and V in turns */
export function rgbOfPlanes(
  bytes: Uint8Array,
  layout: readonly PlaneLayout[],
  space: VideoColorSpace,
  columns: Taps,
  rows: Taps,
): ImagePixels {
  const [planeY, planeU] = layout;
  const startV = layout.length > 2 ? layout[2].offset : planeU.offset + 1;
  const step = layout.length > 2 ? 1 : 2;
  const { lowest, brightness, redOfV, greenOfU, greenOfV, blueOfU } = conversion(space);
  const data = new Uint8ClampedArray(3 * columns.count * rows.count);
  const share = 1 / (columns.taps * rows.taps);
  for (let y = rows.begin; y < rows.end; ++y) {
    // The colours of a pixel in the middle; they are means of four already.
    const line = (rows.pixels[y * rows.taps + (rows.taps >> 1)] >> 1) * planeU.stride;
    for (let x = columns.begin; x < columns.end; ++x) {
      let sum = 0;
      for (let i = y * rows.taps; i < (y + 1) * rows.taps; ++i) {
        const row = planeY.offset + rows.pixels[i] * planeY.stride;
        for (let tap = x * columns.taps; tap < (x + 1) * columns.taps; ++tap) {
          sum += bytes[row + columns.pixels[tap]];
        }
      }
      const column = (columns.pixels[x * columns.taps + (columns.taps >> 1)] >> 1) * step;
      const level = (sum * share - lowest) * brightness;
      const u = bytes[planeU.offset + line + column] - 128;
      const v = bytes[startV + line + column] - 128;
      const at = 3 * (y * columns.count + x);
      data[at] = level + redOfV * v;
      data[at + 1] = level + greenOfU * u + greenOfV * v;
      data[at + 2] = level + blueOfU * u;
    }
  }
  return { data, width: columns.count, height: rows.count };
}

/** How brightness and colours become red, green and blue, in bytes. */
function conversion({ matrix, fullRange }: VideoColorSpace) {
  const [red, blue] = matrix === 'bt709' ? kBt709 : kBt601;
  const green = 1 - red - blue;
  // Limited range: Y from 16 to 235, U and V from 16 to 240.
  const color = fullRange ? 1 : 255 / 224;
  const redOfV = 2 * (1 - red) * color;
  const blueOfU = 2 * (1 - blue) * color;
  return {
    lowest: fullRange ? 0 : 16,
    brightness: fullRange ? 1 : 255 / 219,
    redOfV,
    greenOfU: (-blue / green) * blueOfU,
    greenOfV: (-red / green) * redOfV,
    blueOfU,
  };
}
