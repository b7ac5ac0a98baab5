// Inputs for models, from files and from chance.

import { readFile } from 'node:fs/promises';
import { FiligreeError, messageOf } from '../errors.js';
import type { ImagePixels } from '../images.js';
import {
  arrayClass,
  elementCount,
  shapeText,
  type TensorArray,
  type TensorInfo,
} from '../tensors.js';

/**
 * Decodes a JPEG, PNG, WebP … upright (as its EXIF orientation says) to RGB.
 * @throws FiligreeError `fetch-failed` when the file cannot be read, `bad-input` when it is no
 * picture or the decoder is missing
 */
export async function readImage(path: string): Promise<ImagePixels> {
  const bytes = await readBytes(path);
  // Only this needs a decoder, so it is not a dependency of everybody.
  const { default: sharp } = await import('sharp').catch((error) => {
    throw new FiligreeError(
      'bad-input',
      `decoding ${path} takes the package sharp: npm install sharp (${messageOf(error)})`,
    );
  });
  try {
    const { data, info } = await sharp(bytes)
      .rotate()
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    const message = `${path} could not be decoded as a picture: ${messageOf(error)}`;
    throw new FiligreeError('bad-input', message, { cause: error });
  }
}

/**
 * Reads a tensor from a file that holds nothing but its elements, little-endian.
 * @throws FiligreeError `bad-input` when the size is not that of the input
 */
export async function readTensor(path: string, info: TensorInfo): Promise<TensorArray> {
  const bytes = await readBytes(path);
  const make = arrayClass(info.dtype);
  const count = elementCount(info.shape);
  const expected = count * make.BYTES_PER_ELEMENT;
  if (bytes.byteLength !== expected) {
    throw new FiligreeError(
      'bad-input',
      `${path} has ${bytes.byteLength} bytes, but input ${JSON.stringify(info.name)} is ` +
        `${info.dtype} ${shapeText(info.shape)}: ${expected} bytes`,
    );
  }
  // A buffer of its own, aligned for every element type.
  const { buffer } = new Uint8Array(bytes);
  return new make(buffer, 0, count);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FiligreeError('fetch-failed', messageOf(error), { cause: error });
  }
}

/** Numbers in [0, 1), the same for the same seed everywhere (mulberry32). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Seeded noise for an input: floats in [0, 1), integers from 0 to 255 or as far as they go. */
export function randomTensor(info: TensorInfo, random: () => number): TensorArray {
  const array = new (arrayClass(info.dtype))(elementCount(info.shape));
  for (let i = 0; i < array.length; ++i) {
    const value = random();
    if (array instanceof BigInt64Array) array[i] = BigInt(Math.floor(value * 256));
    else if (info.dtype === 'float32') array[i] = value;
    else array[i] = Math.floor(value * (info.dtype === 'bool' ? 2 : 128));
  }
  return array;
}
