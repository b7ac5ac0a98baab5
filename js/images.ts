// Pictures into tensors: crops, resizes and normalises bytes of RGBA, RGB or gray into a model's
// input, [1, height, width, channels].

import { FiligreeError } from './errors.js';
import type { Drawable } from './pictures.js';

/** Pixels in memory, rows from the top: 4 (RGBA), 3 (RGB) or 1 (gray) bytes each. `ImageData` is one. */
export interface ImagePixels {
  /** All bytes: `width` · `height` · 4, 3 or 1. */
  data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
}

/** A part of a picture, in its pixels; fractions are allowed. */
export interface Rectangle {
  /** Its left edge, from the picture's left one. */
  x: number;
  /** Its upper edge, from the picture's upper one. */
  y: number;
  /** From its left edge to its right one. */
  width: number;
  /** From its upper edge to its lower one. */
  height: number;
}

/**
 * A picture and how it becomes numbers: scaled to the width and height of the model's input, then
 * `(byte − mean) / std` for each channel. Models of one channel get luma, those of three get red,
 * green and blue.
 */
export interface ImageInput {
  /** The picture. */
  image: ImagePixels | Drawable;
  /** Subtracted from each byte; one for all channels or one for each. Default 0. */
  mean?: number | readonly number[];
  /** What the difference is divided by; one for all channels or one for each. Default 255. */
  std?: number | readonly number[];
  /**
   * How the picture meets the model's proportions: `stretch` (default) distorts it, `contain` keeps
   * all of it and fills the rest with black, `cover` fills the input and loses the edges.
   */
  fit?: 'stretch' | 'contain' | 'cover';
  /** The part of the picture to use. Default: all of it. */
  crop?: Rectangle;
}

/** Where an input of a model has its pixels: [1, height, width, channels]. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** For each output row or column: the two source pixels and how far towards the second. */
interface Taps {
  first: Int32Array;
  second: Int32Array;
  fraction: Float32Array;
  /** Output positions that the picture covers; the others are black. */
  begin: number;
  end: number;
}

/**
 * Resizes (bilinear, pixel centres at half integers) and normalises: `(byte − mean) / std`. Alpha is
 * dropped for models of three channels; gray is repeated; colour for a model of one becomes luma.
 * @returns height · width · channels floats, interleaved
 * @throws FiligreeError `bad-input`, its message beginning with `name`
 */
export function imageToTensor(
  input: ImageInput & { image: ImagePixels },
  shape: ImageShape,
  name: string,
): Float32Array {
  const fail = (text: string) => new FiligreeError('bad-input', `${name}: ${text}`);
  const source = checkPixels(input.image, fail);
  const { mean = 0, std = 255, fit = 'stretch', crop } = input;
  const offsets = perChannel(mean, 'mean', shape.channels, fail);
  const divisors = perChannel(std, 'std', shape.channels, fail);
  if (divisors.includes(0)) throw fail('std must not be 0');
  const region = checkCrop(crop ?? { x: 0, y: 0, ...sizeOf(input.image) }, input.image, fail);
  const [columns, rows] = place(region, shape, fit, fail);
  if (isColorOfItsSize(input.image, source.channels, region, shape)) {
    return normalized(input.image, source.channels, offsets, divisors);
  }
  const output = new Float32Array(shape.height * shape.width * shape.channels);
  const black = offsets.map((offset, c) => (channelFill(c) - offset) / divisors[c]);
  for (let i = 0; i < output.length; ++i) output[i] = black[i % shape.channels];
  const from = channelSources(source.channels, shape.channels);
  const sampled = Math.min(source.channels, shape.channels === 4 ? 4 : 3);
  const sample = new Float32Array(4);
  const { data } = input.image;
  const rowBytes = input.image.width * source.channels;
  for (let y = rows.begin; y < rows.end; ++y) {
    const top = rows.first[y] * rowBytes;
    const bottom = rows.second[y] * rowBytes;
    const down = rows.fraction[y];
    for (let x = columns.begin; x < columns.end; ++x) {
      const left = columns.first[x] * source.channels;
      const right = columns.second[x] * source.channels;
      const along = columns.fraction[x];
      for (let k = 0; k < sampled; ++k) {
        const a = data[top + left + k];
        const b = data[bottom + left + k];
        const upper = a + (data[top + right + k] - a) * along;
        const lower = b + (data[bottom + right + k] - b) * along;
        sample[k] = upper + (lower - upper) * down;
      }
      if (shape.channels === 1 && sampled === 3) sample[0] = luma(sample);
      const at = (y * shape.width + x) * shape.channels;
      for (let c = 0; c < shape.channels; ++c) {
        const k = from[c];
        if (k >= 0) output[at + c] = (sample[k] - offsets[c]) / divisors[c];
      }
    }
  }
  return output;
}

/**
 * Which part of a picture a model's input sees. With `contain` it is larger than the picture, which
 * it then holds in its middle; with `cover` it is smaller.
 *
 * A point at (u, v) of the input, both from 0 to 1, lies at (x + u · width, y + v · height) of the
 * picture.
 * @param picture its width and height in pixels
 * @param input width and height of the model's input
 * @param placement how the picture was given to `run`: `fit` (default `stretch`) and `crop`
 * @param name what messages of errors begin with
 * @returns the rectangle in the picture's pixels
 * @throws a {@link FiligreeError}: `bad-input` for a crop outside of the picture or an unknown fit
 * @example Where a box of a detector lies in the photograph
 * ```ts
 * const seen = placeImage(photograph, { width: 192, height: 192 }, { fit: 'contain' });
 * const left = seen.x + (box.x / 192) * seen.width;
 * ```
 */
export function placeImage(
  picture: { width: number; height: number },
  input: { width: number; height: number },
  { fit = 'stretch', crop }: Pick<ImageInput, 'fit' | 'crop'> = {},
  name = 'placeImage',
): Rectangle {
  const fail = (text: string) => new FiligreeError('bad-input', `${name}: ${text}`);
  const { width, height } = picture;
  const region = checkCrop(crop ?? { x: 0, y: 0, width, height }, picture, fail);
  const [scaleX, scaleY] = scales(region, input, fit, fail);
  const size = { width: scaleX * input.width, height: scaleY * input.height };
  return {
    x: region.x + (region.width - size.width) / 2,
    y: region.y + (region.height - size.height) / 2,
    ...size,
  };
}

/** Frames of a video come like this: the browser has scaled them. */
function isColorOfItsSize(
  image: ImagePixels,
  channels: number,
  region: Rectangle,
  shape: ImageShape,
): boolean {
  const isWhole = region.width === image.width && region.height === image.height;
  const isSame = image.width === shape.width && image.height === shape.height;
  return isWhole && isSame && channels >= 3 && shape.channels === 3;
}

/** `(byte − mean) / std` of red, green and blue, which a table knows for each byte. */
function normalized(
  { data, width, height }: ImagePixels,
  channels: number,
  offsets: readonly number[],
  divisors: readonly number[],
): Float32Array {
  const [red, green, blue] = offsets.map((offset, c) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte - offset) / divisors[c]),
  );
  const output = new Float32Array(3 * width * height);
  for (let from = 0, to = 0; to < output.length; from += channels, to += 3) {
    output[to] = red[data[from]];
    output[to + 1] = green[data[from + 1]];
    output[to + 2] = blue[data[from + 2]];
  }
  return output;
}

type Fail = (text: string) => FiligreeError;

function sizeOf({ width, height }: ImagePixels): { width: number; height: number } {
  return { width, height };
}

/** Alpha, where a model wants it and there is none, is opaque; all else is black. */
function channelFill(channel: number): number {
  return channel === 3 ? 255 : 0;
}

function checkPixels({ data, width, height }: ImagePixels, fail: Fail): { channels: number } {
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isBytes) throw fail('the data of an image must be a Uint8Array or Uint8ClampedArray');
  if (!isSize(width) || !isSize(height)) {
    throw fail(`the image's width and height must be whole numbers ≥ 1, got ${width} × ${height}`);
  }
  const channels = data.length / (width * height);
  if (![1, 3, 4].includes(channels)) {
    throw fail(
      `an image of ${width} × ${height} has ${width * height} bytes per channel, times 4 (RGBA), ` +
        `3 (RGB) or 1 (gray); got ${data.length} bytes`,
    );
  }
  return { channels };
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function perChannel(
  value: number | readonly number[],
  option: string,
  channels: number,
  fail: Fail,
): number[] {
  const values = typeof value === 'number' ? Array<number>(channels).fill(value) : [...value];
  if (values.length !== channels || !values.every(Number.isFinite)) {
    throw fail(`${option} must be a number or ${channels} numbers, got ${JSON.stringify(value)}`);
  }
  return values;
}

function checkCrop(
  crop: Rectangle,
  image: { width: number; height: number },
  fail: Fail,
): Rectangle {
  const { x, y, width, height } = crop;
  const isInside = x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
  if (!(isInside && width > 0 && height > 0)) {
    throw fail(
      `crop ${JSON.stringify(crop)} is not inside the image of ${image.width} × ${image.height}`,
    );
  }
  return crop;
}

/** Pixels of the picture for one of the input, across and down. */
function scales(
  region: Rectangle,
  input: { width: number; height: number },
  fit: string,
  fail: Fail,
): [number, number] {
  const scaleX = region.width / input.width;
  const scaleY = region.height / input.height;
  if (fit === 'stretch') return [scaleX, scaleY];
  if (fit === 'contain') return [Math.max(scaleX, scaleY), Math.max(scaleX, scaleY)];
  if (fit === 'cover') return [Math.min(scaleX, scaleY), Math.min(scaleX, scaleY)];
  throw fail(`fit must be 'stretch', 'contain' or 'cover', got ${JSON.stringify(fit)}`);
}

/** Maps output columns and rows to the picture's. */
function place(region: Rectangle, shape: ImageShape, fit: string, fail: Fail): [Taps, Taps] {
  const [scaleX, scaleY] = scales(region, shape, fit, fail);
  return [
    axisTaps(region.x, region.width, shape.width, scaleX),
    axisTaps(region.y, region.height, shape.height, scaleY),
  ];
}

/** One axis: `count` positions, `scale` source pixels apart, centred on the region. */
function axisTaps(start: number, length: number, count: number, scale: number): Taps {
  const taps: Taps = {
    first: new Int32Array(count),
    second: new Int32Array(count),
    fraction: new Float32Array(count),
    begin: count,
    end: 0,
  };
  const lowest = Math.floor(start);
  const highest = Math.ceil(start + length) - 1;
  for (let i = 0; i < count; ++i) {
    const centre = (i + 0.5 - count / 2) * scale + length / 2;
    if (centre < 0 || centre > length) continue;
    taps.begin = Math.min(taps.begin, i);
    taps.end = i + 1;
    const position = Math.min(Math.max(start + centre - 0.5, lowest), highest);
    taps.first[i] = Math.floor(position);
    taps.second[i] = Math.min(Math.floor(position) + 1, highest);
    taps.fraction[i] = position - Math.floor(position);
  }
  return taps;
}

/** Which channel of the picture each channel of the model takes; −1: none, it is filled. */
function channelSources(from: number, to: number): number[] {
  return Array.from({ length: to }, (_, c) => {
    if (from === 1) return c < 3 ? 0 : -1;
    return c < from ? c : -1;
  });
}

/** Gray out of red, green and blue, as in BT.601. */
function luma(rgb: Float32Array): number {
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}
