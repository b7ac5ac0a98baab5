// Resampling and normalising, against a reference that is written for clarity.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageToInput } from '../../js/images.js';
import { failure } from './support/fixtures.js';

function picture(width: number, height: number, channels: number) {
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => (i * 97 + 13) % 256,
  );
  return { data, width, height };
}

type Picture = ReturnType<typeof picture>;

/** Bilinear at a point in pixel coordinates, pixel centres at half integers, edges repeated. */
function sample(
  { data, width, height }: Picture,
  channels: number,
  x: number,
  y: number,
  c: number,
) {
  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const [px, py] = [clamp(x - 0.5, width - 1), clamp(y - 0.5, height - 1)];
  const [x0, y0] = [Math.floor(px), Math.floor(py)];
  const [x1, y1] = [clamp(x0 + 1, width - 1), clamp(y0 + 1, height - 1)];
  const at = (row: number, column: number) => data[(row * width + column) * channels + c];
  const top = at(y0, x0) * (1 - (px - x0)) + at(y0, x1) * (px - x0);
  const bottom = at(y1, x0) * (1 - (px - x0)) + at(y1, x1) * (px - x0);
  return top * (1 - (py - y0)) + bottom * (py - y0);
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; ++i) {
    assert.ok(Math.abs(actual[i] - expected[i]) < 1e-4, `[${i}]: ${actual[i]}, not ${expected[i]}`);
  }
}

type PixelInput = Parameters<typeof imageToInput>[0];
const read = (input: PixelInput, height: number, width: number, channels: number) =>
  imageToInput(input, { height, width, channels }, 'input "x"');

/** Of a picture that has to be resized, or has other channels than the engine wants. */
function convert(...args: Parameters<typeof read>): Float32Array {
  const result = read(...args);
  assert.ok(result instanceof Float32Array);
  return result;
}

test('a colour picture of the right size is left to the engine', () => {
  for (const channels of [3, 4]) {
    const image = picture(5, 4, channels);
    const result = read({ image, mean: 0.1, std: [1, 2, 3], fit: 'cover' }, 4, 5, 3);
    assert.ok('bytes' in result);
    assert.equal(result.bytes, image.data);
    // In the engine's precision.
    assert.deepEqual([result.mean, result.std], [Array(3).fill(Math.fround(0.1)), [1, 2, 3]]);
  }
  const crop = { x: 0, y: 0, width: 5, height: 3 };
  for (const input of [{ image: picture(5, 4, 3), crop }, { image: picture(5, 4, 1) }]) {
    assert.ok(read(input, 4, 5, 3) instanceof Float32Array);
  }
  assert.ok(read({ image: picture(5, 4, 4) }, 4, 5, 4) instanceof Float32Array);
});

test('resized colour has a mean and a divisor for each channel', () => {
  const image = picture(7, 4, 4);
  const [mean, std] = [
    [1, 20, 127.5],
    [2, 255, 60],
  ];
  const expected: number[] = [];
  for (let pixel = 0; pixel < 20; ++pixel) {
    const at = 4 * (7 * Math.floor(pixel / 5) + 1 + (pixel % 5));
    for (let c = 0; c < 3; ++c) expected.push((image.data[at + c] - mean[c]) / std[c]);
  }
  assertClose(convert({ image, mean, std, fit: 'cover' }, 4, 5, 3), expected);
});

for (const [sourceWidth, sourceHeight, width, height] of [
  [7, 5, 3, 4],
  [4, 3, 9, 8],
  [640, 480, 192, 192],
  [1, 1, 3, 2],
]) {
  test(`stretches ${sourceWidth}×${sourceHeight} to ${width}×${height}`, () => {
    const image = picture(sourceWidth, sourceHeight, 3);
    const expected: number[] = [];
    for (let y = 0; y < height; ++y) {
      for (let x = 0; x < width; ++x) {
        const [sx, sy] = [((x + 0.5) * sourceWidth) / width, ((y + 0.5) * sourceHeight) / height];
        for (let c = 0; c < 3; ++c) expected.push(sample(image, 3, sx, sy, c) / 255);
      }
    }
    assertClose(convert({ image }, height, width, 3), expected);
  });
}

test('what a picture does not cover is black, and opaque', () => {
  const data = new Uint8Array(4 * 2 * 4).fill(100);
  const result = convert({ image: { data, width: 4, height: 2 }, fit: 'contain', std: 1 }, 4, 4, 4);
  assertClose(result.subarray(0, 4), [0, 0, 0, 255]);
  assertClose(result.subarray(20, 24), [100, 100, 100, 100]);
});

test('contain keeps the proportions and fills the rest with normalised black', () => {
  const image = { data: new Uint8Array(4 * 2 * 3).fill(200), width: 4, height: 2 };
  const result = convert({ image, fit: 'contain', mean: 127.5, std: 127.5 }, 4, 4, 3);
  const rows = [0, 1, 2, 3].map((y) => result[y * 12]);
  assertClose(rows, [-1, 72.5 / 127.5, 72.5 / 127.5, -1]);
});

test('cover fills the input from the middle of the picture', () => {
  const image = picture(8, 4, 1);
  const result = convert({ image, fit: 'cover', std: 1 }, 4, 4, 1);
  const expected = Array.from({ length: 16 }, (_, i) => image.data[(i >> 2) * 8 + 2 + (i & 3)]);
  assertClose(result, expected);
});

test('crop takes a part, fractions included, and nothing beyond its edge', () => {
  const image = picture(8, 6, 1);
  const whole = convert({ image, crop: { x: 2, y: 1, width: 3, height: 4 }, std: 1 }, 4, 3, 1);
  const expected = Array.from({ length: 12 }, (_, i) => {
    return image.data[(1 + Math.floor(i / 3)) * 8 + 2 + (i % 3)];
  });
  assertClose(whole, expected);
  const half = convert({ image, crop: { x: 2.5, y: 1, width: 1, height: 1 }, std: 1 }, 1, 1, 1);
  assertClose(half, [(image.data[8 + 2] + image.data[8 + 3]) / 2]);
  // Upsampled: the outer pixels repeat the crop's edge instead of blending with what lies beyond.
  const larger = convert({ image, crop: { x: 2, y: 1, width: 1, height: 1 }, std: 1 }, 2, 2, 1);
  assertClose(larger, Array(4).fill(image.data[8 + 2]));
});

test('channels: alpha dropped or made up, gray repeated, colour to luma', () => {
  const one = (data: number[], channels: number) =>
    convert(
      { image: { data: new Uint8Array([...data, ...data]), width: 2, height: 1 }, std: 1 },
      ...([1, 1, channels] as const),
    );
  assertClose(one([1, 2, 3, 4], 3), [1, 2, 3]);
  assertClose(one([1, 2, 3, 4], 4), [1, 2, 3, 4]);
  assertClose(one([1, 2, 3], 4), [1, 2, 3, 255]);
  assertClose(one([9], 3), [9, 9, 9]);
  assertClose(one([9], 4), [9, 9, 9, 255]);
  assertClose(one([9], 1), [9]);
  assertClose(one([100, 150, 200], 1), [0.299 * 100 + 0.587 * 150 + 0.114 * 200]);
  assertClose(one([100, 150, 200, 77], 1), [0.299 * 100 + 0.587 * 150 + 0.114 * 200]);
});

const kImage = picture(4, 4, 3);
const kWrong: [string, object, string][] = [
  ['a size that does not fit', { image: { ...kImage, width: 5 } }, '48 bytes'],
  ['a size of 0', { image: { ...kImage, width: 0 } }, '0 × 4'],
  ['floats', { image: { ...kImage, data: new Float32Array(48) } }, 'Uint8Array'],
  ['two channels', { image: { ...kImage, data: new Uint8Array(32) } }, '32 bytes'],
  ['a crop outside', { image: kImage, crop: { x: 2, y: 0, width: 3, height: 4 } }, 'not inside'],
  ['an empty crop', { image: kImage, crop: { x: 2, y: 0, width: 0, height: 4 } }, 'not inside'],
  ['a crop of NaN', { image: kImage, crop: { x: Number.NaN, y: 0, width: 1, height: 4 } }, 'crop'],
  ['an unknown fit', { image: kImage, fit: 'fill' }, "'contain'"],
  ['too few means', { image: kImage, mean: [1, 2] }, '3 numbers'],
  ['a std of 0', { image: kImage, std: [1, 0, 1] }, 'std must not be 0'],
  ['a std that is 0 in single precision', { image: kImage, std: 1e-60 }, 'std must not be 0'],
  ['a mean of NaN', { image: kImage, mean: Number.NaN }, 'mean'],
  ['a mean beyond single precision', { image: kImage, mean: 1e39 }, 'mean'],
];

for (const [what, input, text] of kWrong) {
  test(`bad input: ${what}`, () => {
    assert.throws(
      () => read(input as PixelInput, 2, 2, 3),
      failure('bad-input', 'input "x": ', text),
    );
  });
}
