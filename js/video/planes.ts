// Video frames in planes, as cameras and decoders make them: one of brightness (Y) and, at half its
// width and height, two of colour (U and V). A canvas converts the whole frame before it scales it;
// here only what the model's input sees is read. Without a GPU that takes a fifth of the time.

import { type ImagePixels, placeImage, type Rectangle } from '../images.js';
import type { TensorInfo } from '../tensors.js';
import type { FrameInput } from './process_track.js';

/** Where in the copied bytes a pixel's brightness and its colours are. */
interface Layout {
  /** Of the first row of Y, U and V. */
  offsets: [number, number, number];
  /** Bytes from row to row: of Y, and of U and V. */
  strides: [number, number];
  /** Bytes from colour to colour in a row. */
  step: number;
}

/** Newer than TypeScript's library: a picture that is shown turned or mirrored. */
interface Turned {
  rotation?: number;
  flip?: boolean;
}

/** A pixel of the input is the mean of at most so many of the frame, across and down each. */
const kMostTaps = 4;

/** The shares of red and blue in brightness, by `VideoColorSpace.matrix` (ITU-R BT.601, 709, 2020). */
const kShares: Record<string, [red: number, blue: number]> = {
  bt709: [0.2126, 0.0722],
  'bt2020-ncl': [0.2627, 0.0593],
};
/** Also where a frame does not say. */
const kBt601: [number, number] = [0.299, 0.114];

/** Reads frames one after the other; its memory is used again. */
export class PlaneReader {
  #bytes = new Uint8Array(0);

  /**
   * What a model's input sees of a frame, scaled to its size.
   * @returns RGB; undefined for what is drawn instead: other formats, frames that are turned, or are
   * smaller than the input
   */
  async read(
    image: VideoFrame | HTMLVideoElement,
    { fit, crop }: FrameInput,
    { name, shape }: TensorInfo,
  ): Promise<ImagePixels | undefined> {
    if (!isInPlanes(image) || shape.length !== 4) return undefined;
    const input = { height: shape[1], width: shape[2] };
    const { displayWidth: width, displayHeight: height } = image;
    const region = crop ?? { x: 0, y: 0, width, height };
    const place = { fit, crop: region };
    const seen = placeImage({ width, height }, input, place, `input ${JSON.stringify(name)}`);
    if (seen.width < input.width || seen.height < input.height) return undefined;
    const size = image.allocationSize();
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    const [y, u, v] = await image.copyTo(this.#bytes);
    const layout: Layout = v
      ? { offsets: [y.offset, u.offset, v.offset], strides: [y.stride, u.stride], step: 1 }
      : { offsets: [y.offset, u.offset, u.offset + 1], strides: [y.stride, u.stride], step: 2 };
    const columns = tapsOf(seen.x, seen.width, input.width, region.x, region.width);
    const rows = tapsOf(seen.y, seen.height, input.height, region.y, region.height);
    return toRgb(this.#bytes, layout, columns, rows, conversion(image.colorSpace));
  }
}

function isInPlanes(image: VideoFrame | HTMLVideoElement): image is VideoFrame {
  if (!('format' in image)) return false;
  const { format, visibleRect, displayWidth, displayHeight } = image;
  const { rotation, flip } = image as Turned;
  return (
    (format === 'I420' || format === 'NV12') &&
    visibleRect?.width === displayWidth &&
    visibleRect.height === displayHeight &&
    !rotation &&
    !flip
  );
}

/** One axis of the input: for each position the frame's pixels whose mean it is, `taps` in a row. */
interface Taps {
  taps: number;
  pixels: Int32Array;
  /** Positions that the region covers; the others are black. */
  begin: number;
  end: number;
}

function tapsOf(
  start: number,
  length: number,
  count: number,
  regionStart: Rectangle['x'],
  regionLength: number,
): Taps {
  const scale = length / count;
  const taps = Math.min(Math.max(Math.round(scale), 2), kMostTaps);
  const first = Math.floor(regionStart);
  const last = Math.ceil(regionStart + regionLength) - 1;
  const pixels = new Int32Array(count * taps);
  let [begin, end] = [count, 0];
  for (let i = 0; i < count; ++i) {
    const centre = start + (i + 0.5) * scale - regionStart;
    if (centre < 0 || centre > regionLength) continue;
    begin = Math.min(begin, i);
    end = i + 1;
    for (let tap = 0; tap < taps; ++tap) {
      const position = Math.floor(start + (i + (tap + 0.5) / taps) * scale);
      pixels[i * taps + tap] = Math.min(Math.max(position, first), last);
    }
  }
  return { taps, pixels, begin, end };
}

/** How brightness and colours become red, green and blue, in bytes. */
interface Conversion {
  /** Black. */
  lowest: number;
  brightness: number;
  redOfV: number;
  greenOfU: number;
  greenOfV: number;
  blueOfU: number;
}

function conversion({ matrix, fullRange }: VideoColorSpace): Conversion {
  const [red, blue] = kShares[matrix ?? ''] ?? kBt601;
  const green = 1 - red - blue;
  // Limited range: Y from 16 to 235, U and V from 16 to 240.
  const brightness = fullRange ? 1 : 255 / 219;
  const color = fullRange ? 1 : 255 / 224;
  const redOfV = 2 * (1 - red) * color;
  const blueOfU = 2 * (1 - blue) * color;
  return {
    lowest: fullRange ? 0 : 16,
    brightness,
    redOfV,
    greenOfU: (-blue / green) * blueOfU,
    greenOfV: (-red / green) * redOfV,
    blueOfU,
  };
}

function toRgb(
  bytes: Uint8Array,
  { offsets, strides, step }: Layout,
  columns: Taps,
  rows: Taps,
  { lowest, brightness, redOfV, greenOfU, greenOfV, blueOfU }: Conversion,
): ImagePixels {
  const width = columns.pixels.length / columns.taps;
  const height = rows.pixels.length / rows.taps;
  const data = new Uint8ClampedArray(3 * width * height);
  const count = rows.taps * columns.taps;
  for (let y = rows.begin; y < rows.end; ++y) {
    const lines = rows.pixels.subarray(y * rows.taps, (y + 1) * rows.taps);
    // The colours of the pixel in the middle; they are means of four already.
    const line = (lines[rows.taps >> 1] >> 1) * strides[1];
    for (let x = columns.begin; x < columns.end; ++x) {
      let sum = 0;
      for (const row of lines) {
        const from = offsets[0] + row * strides[0];
        for (let tap = x * columns.taps; tap < (x + 1) * columns.taps; ++tap) {
          sum += bytes[from + columns.pixels[tap]];
        }
      }
      const column = (columns.pixels[x * columns.taps + (columns.taps >> 1)] >> 1) * step;
      const level = (sum / count - lowest) * brightness;
      const u = bytes[offsets[1] + line + column] - 128;
      const v = bytes[offsets[2] + line + column] - 128;
      const at = 3 * (y * width + x);
      data[at] = level + redOfV * v;
      data[at + 1] = level + greenOfU * u + greenOfV * v;
      data[at + 2] = level + blueOfU * u;
    }
  }
  return { data, width, height };
}
