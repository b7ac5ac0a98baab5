// Inputs for models, the same for every engine: photographs as tensors, and noise.

import { Random } from '../../generator/random.js';

/** `low` and `high`: what black and white become. */
export interface Range {
  low: number;
  high: number;
}

export interface Letterbox {
  data: Float32Array;
  /** The photograph's own size. */
  width: number;
  height: number;
}

/** A photograph as it is. */
export async function photoPixels(url: string): Promise<ImageData> {
  const photo = await createImageBitmap(await (await fetch(url)).blob());
  return drawn(photo, photo.width, photo.height, 0, 0, photo.width, photo.height);
}

/**
 * A photograph, all of it, on black, as [1, height, width, 3].
 * @param url of the photograph
 */
export async function photoTensor(
  url: string,
  [, height, width]: readonly number[],
  { low, high }: Range,
): Promise<Letterbox> {
  const photo = await createImageBitmap(await (await fetch(url)).blob());
  const scale = Math.min(width / photo.width, height / photo.height);
  const [w, h] = [photo.width * scale, photo.height * scale];
  const pixels = drawn(photo, width, height, (width - w) / 2, (height - h) / 2, w, h).data;
  const data = new Float32Array(height * width * 3);
  for (let i = 0; i < data.length; ++i) {
    const byte = pixels[Math.floor(i / 3) * 4 + (i % 3)];
    data[i] = low + ((high - low) * byte) / 255;
  }
  return { data, width: photo.width, height: photo.height };
}

/** A picture, drawn into a rectangle of a black canvas of `width` × `height`. */
function drawn(
  picture: ImageBitmap,
  width: number,
  height: number,
  ...rectangle: [number, number, number, number]
): ImageData {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, ...rectangle);
  return context.getImageData(0, 0, width, height);
}

/** Seeded uniform noise. */
export function noiseTensor(seed: number, shape: readonly number[], range: Range): Float32Array {
  const random = new Random(seed);
  const count = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from(
    { length: count },
    () => range.low + (range.high - range.low) * random.uniform(),
  );
}
