// Pictures into tensors: crops, resizes and normalises bytes of RGBA, RGB or gray into a model's
// input, [1, height, width, channels]. Where nothing is to be resized, the engine normalises.

import type { Normalization, PixelBytes } from './engine/engine.js';
import { FiligreeError } from './errors.js';
import type { Drawable } from './pictures.js';
import { shapeText, type TensorInfo } from './tensors.js';

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
  /** The picture. It may be changed or closed as soon as `run` has returned. */
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

/** What each output row or column is made of: two source pixels and how far towards the second. */
interface Taps {
  first: Int32Array;
  second: Int32Array;
  /** −1: the picture does not cover it. */
  fraction: Float32Array;
}

/**
 * Where an input of a model has its pixels.
 * @throws FiligreeError `bad-input` where it is none for pictures
 */
export function pictureShape({ shape, dtype }: TensorInfo, name: string): ImageShape {
  const [batch, height, width, channels] = shape;
  if (shape.length === 4 && batch === 1 && [1, 3, 4].includes(channels) && dtype === 'float32') {
    return { height, width, channels };
  }
  throw failure(name)(
    `takes no picture: it is ${dtype} ${shapeText(shape)}, not float32 1×height×width×(1, 3 or 4)`,
  );
}

const kKeys = ['image', 'mean', 'std', 'fit', 'crop'];

/** @throws FiligreeError `bad-input` for what does not go with a picture, such as a mistyped option */
export function checkKeys(input: ImageInput, name: string): void {
  const unknown = Object.keys(input).find((key) => !kKeys.includes(key));
  if (unknown) throw failure(name)(`an image goes with ${kKeys.join(', ')}; got "${unknown}"`);
}

/**
 * Resizes (bilinear, pixel centres at half integers) and normalises: `(byte − mean) / std`. Alpha is
 * dropped for models of three channels; gray is repeated; colour for a model of one becomes luma.
 * @returns height · width · channels floats, interleaved; of colours that have the input's size
 * already, as those that a browser has scaled do, only what the engine makes them of
 * @throws FiligreeError `bad-input`, its message beginning with `name`
 */
export function imageToInput(
  input: ImageInput & { image: ImagePixels },
  shape: ImageShape,
  name: string,
): Float32Array | (PixelBytes & Normalization) {
  const fail = failure(name);
  const { image, fit = 'stretch', crop } = input;
  const { data, width, height } = image;
  const { channels } = shape;
  const sourceChannels = checkPixels(image, fail);
  const { mean, std } = normalization(input, channels, name);
  const region = checkCrop(crop ?? { x: 0, y: 0, width, height }, image, fail);
  const [scaleX, scaleY] = scales(region, shape, fit, fail);
  const isWhole = region.width === width && region.height === height;
  const isSame = isWhole && width === shape.width && height === shape.height;
  if (isSame && sourceChannels >= 3 && channels === 3) return { bytes: data, mean, std };
  const columns = tapsOf(region.x, region.width, shape.width, scaleX, sourceChannels);
  const rows = tapsOf(region.y, region.height, shape.height, scaleY, sourceChannels * width);
  const output = new Float32Array(shape.height * shape.width * channels);
  /** Red, green, blue or alpha: beside the picture is black, and what has no alpha is opaque. */
  const sample = (x: number, y: number, channel: number) => {
    if (channel >= Math.max(sourceChannels, 3)) return 255;
    const along = columns.fraction[x];
    const down = rows.fraction[y];
    if (along < 0 || down < 0) return channel === 3 ? 255 : 0;
    const at = sourceChannels === 1 ? 0 : channel;
    const left = at + columns.first[x];
    const right = at + columns.second[x];
    const top = rows.first[y];
    const bottom = rows.second[y];
    const upper = data[top + left] + (data[top + right] - data[top + left]) * along;
    const lower = data[bottom + left] + (data[bottom + right] - data[bottom + left]) * along;
    return upper + (lower - upper) * down;
  };
  for (let y = 0, i = 0; y < shape.height; ++y) {
    for (let x = 0; x < shape.width; ++x) {
      for (let c = 0; c < channels; ++c, ++i) {
        // Gray out of red, green and blue: as in BT.601.
        const value =
          channels > 1
            ? sample(x, y, c)
            : 0.299 * sample(x, y, 0) + 0.587 * sample(x, y, 1) + 0.114 * sample(x, y, 2);
        output[i] = (value - mean[c]) / std[c];
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
  const fail = failure(name);
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

type Fail = (text: string) => FiligreeError;

const failure =
  (name: string): Fail =>
  (text) =>
    new FiligreeError('bad-input', `${name}: ${text}`);

/**
 * What bytes become numbers by, for each channel.
 * @throws FiligreeError `bad-input`, its message beginning with `name`
 */
export function normalization(
  { mean = 0, std = 255 }: Pick<ImageInput, 'mean' | 'std'>,
  channels: number,
  name: string,
): Normalization {
  const fail = failure(name);
  const offsets = perChannel(mean, 'mean', channels, fail);
  const divisors = perChannel(std, 'std', channels, fail);
  if (divisors.includes(0)) throw fail('std must not be 0');
  return { mean: offsets, std: divisors };
}

/** @returns bytes of a pixel */
function checkPixels({ data, width, height }: ImagePixels, fail: Fail): number {
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!isBytes) throw fail('the data of an image must be a Uint8Array or Uint8ClampedArray');
  if (![width, height].every((size) => Number.isInteger(size) && size >= 1)) {
    throw fail(`the image's width and height must be whole numbers ≥ 1, got ${width} × ${height}`);
  }
  const channels = data.length / (width * height);
  if (![1, 3, 4].includes(channels)) {
    throw fail(
      `an image of ${width} × ${height} has ${width * height} bytes per channel, times 4 (RGBA), ` +
        `3 (RGB) or 1 (gray); got ${data.length} bytes`,
    );
  }
  return channels;
}

function perChannel(
  value: number | readonly number[],
  option: string,
  channels: number,
  fail: Fail,
): number[] {
  // In the engine's own precision: what is nothing or infinite there is found now.
  const values = (typeof value === 'number' ? Array<number>(channels).fill(value) : [...value]).map(
    Math.fround,
  );
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
  const [least, most] = [Math.min(scaleX, scaleY), Math.max(scaleX, scaleY)];
  if (fit === 'contain') return [most, most];
  if (fit === 'cover') return [least, least];
  throw fail(`fit must be 'stretch', 'contain' or 'cover', got ${JSON.stringify(fit)}`);
}

/**
 * One axis: `count` positions, `scale` source pixels apart, centred on the region.
 * @param step what source pixels are counted in
 */
function tapsOf(start: number, length: number, count: number, scale: number, step: number): Taps {
  const first = new Int32Array(count);
  const second = new Int32Array(count);
  const fraction = new Float32Array(count).fill(-1);
  const lowest = Math.floor(start);
  const highest = Math.ceil(start + length) - 1;
  for (let i = 0; i < count; ++i) {
    const centre = (i + 0.5 - count / 2) * scale + length / 2;
    if (centre < 0 || centre > length) continue;
    const position = Math.min(Math.max(start + centre - 0.5, lowest), highest);
    const pixel = Math.floor(position);
    first[i] = pixel * step;
    second[i] = Math.min(pixel + 1, highest) * step;
    fraction[i] = position - pixel;
  }
  return { first, second, fraction };
}
