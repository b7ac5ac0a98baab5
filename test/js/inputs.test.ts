import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortInputs, sortInto } from '../../js/inputs.js';
import type { TensorInfo } from '../../js/tensors.js';
import { fakeFrames } from './support/fake_frames.js';
import { failure, tensorInfo } from './support/fixtures.js';

const kOne = [tensorInfo('x', [1, 2, 3])];
const kTwo = [tensorInfo('a', [2]), tensorInfo('b', [3], 1)];
const kPicture = [tensorInfo('image', [1, 2, 2, 3])];

const floats = (count: number) => new Float32Array(count);

test('one array, an array of arrays, data with shape, and names all reach their inputs', () => {
  const x = floats(6);
  for (const value of [
    x,
    [x],
    { data: x, shape: [1, 2, 3] },
    { x },
    { x: { data: x, shape: [1, 2, 3] } },
  ]) {
    const [{ input, isOwn }] = sortInputs(value, kOne).read;
    assert.equal(input, x);
    assert.equal(isOwn, false);
  }
  const [a, b] = [floats(2), floats(3)];
  const inputs = (value: unknown) => sortInputs(value, kTwo).read.map(({ input }) => input);
  assert.deepEqual(inputs([a, b]), [a, b]);
  const named = sortInputs({ b, a }, kTwo);
  assert.equal(named.read[0].input, a);
  assert.equal(named.isNamed, true);
  assert.equal(sortInputs([a, b], kTwo).isNamed, false);
});

test('names of the model go before words that otherwise mean something', () => {
  const infos = [tensorInfo('data', [2])];
  const data = floats(2);
  const sorted = sortInputs({ data }, infos);
  assert.equal(sorted.read[0].input, data);
  assert.ok(sorted.isNamed);
});

test('an image alone, wrapped, and by name', () => {
  const image = { data: new Uint8Array(12).fill(255), width: 2, height: 2 };
  for (const value of [image, { image }, { image: { image } }, [image], { image, std: 255 }]) {
    const [{ input, isOwn }] = sortInputs(value, kPicture).read;
    assert.deepEqual(input, { bytes: image.data, mean: [0, 0, 0], std: [255, 255, 255] });
    assert.equal(isOwn, false);
  }
  assert.ok(sortInputs({ image }, kPicture).isNamed);
  assert.ok(!sortInputs({ image, mean: 0 }, kPicture).isNamed);
});

test('a resized picture is memory of our own', () => {
  const image = { data: new Uint8Array(6).fill(51), width: 2, height: 1 };
  const [{ input, isOwn }] = sortInputs(image, kPicture).read;
  assert.deepEqual(input, new Float32Array(12).fill(0.2));
  assert.equal(isOwn, true);
});

test('a frame goes on as it is, with where the input sees it', () => {
  const [frame] = fakeFrames({ width: 8, height: 4 });
  const crop = { x: 1, y: 0, width: 6, height: 4, toString: () => 'what cannot be posted' };
  const [{ input, isOwn }] = sortInputs(
    { image: frame, crop, fit: 'cover', std: 2 },
    kPicture,
  ).read;
  assert.deepEqual(input, {
    ...{ frame, columns: [2, 4, 1, 6], rows: [0, 4, 0, 4] },
    ...{ mean: [0, 0, 0], std: [2, 2, 2] },
  });
  assert.equal(isOwn, false);
  const wrong = { x: 4, y: 0, width: 6, height: 4 };
  for (const options of [{ crop: wrong }, { fit: 'fill' }, { std: 0 }, { mean: [1, 2] }]) {
    assert.throws(
      () => sortInputs({ image: frame, ...options }, kPicture),
      failure('bad-input', 'input "image"'),
    );
  }
});

test('an instance of a class with data, width and height is an image', () => {
  class ImageData {
    readonly #pixels = new Uint8ClampedArray(16).fill(51);
    get data() {
      return this.#pixels;
    }
    get width() {
      return 2;
    }
    get height() {
      return 2;
    }
  }
  const [{ input }] = sortInputs(new ImageData(), kPicture).read;
  assert.ok('bytes' in input);
  assert.deepEqual([...input.bytes], Array(16).fill(51));
});

type Case = [string, unknown, readonly TensorInfo[], (string | RegExp)[]];

const kWrong: Case[] = [
  ['too few elements', floats(5), kOne, ['"x"', 'Float32Array of 6', '1×2×3', 'of 5']],
  ['another type', new Float64Array(6), kOne, ['"x"', 'Float32Array', 'Float64Array of 6']],
  ['bytes', new Uint8Array(6), kOne, ['Uint8Array of 6', '{data, width, height}']],
  ['another shape', { data: floats(6), shape: [1, 3, 2] }, kOne, ['1×2×3', '1×3×2']],
  ['data that is no array', { data: [1, 2], shape: [1, 2, 3] }, kOne, ['"x"', 'Array']],
  ['one input of two', floats(2), kTwo, ['2 inputs', '"a"', '"b"', 'got 1']],
  ['three inputs for two', [1, 2, 3], kTwo, ['2 inputs', 'got 3']],
  ['plain numbers', [1, 2, 3, 4, 5, 6], kOne, ['Float32Array']],
  ['a missing name', { a: floats(2) }, kTwo, ['"b" is missing']],
  ['an unknown name', { a: floats(2), c: floats(3) }, kTwo, ['no input "c"', '"a", "b"']],
  ['nothing', undefined, kOne, ['undefined']],
  ['a number', 3, kOne, ['the number 3']],
  ['a string', 'x', kOne, ['got x']],
  [
    'a picture for a vector',
    { data: new Uint8Array(4), width: 1, height: 1 },
    kTwo.slice(0, 1),
    ['no picture'],
  ],
  [
    'an unknown word',
    { image: { data: new Uint8Array(4), width: 1, height: 1 }, stdev: 2 },
    kPicture,
    ['stdev', 'mean, std'],
  ],
  [
    'something that only looks like a picture',
    {
      image: new (class ImageBitmap {
        width = 2;
      })(),
    },
    kPicture,
    ['ImageBitmap', 'VideoFrame, video, img or canvas'],
  ],
  ['a bare element', new (class HTMLCanvasElement {})(), kPicture, ['HTMLCanvasElement']],
];

for (const [what, value, infos, texts] of kWrong) {
  test(`bad input: ${what}`, () => {
    assert.throws(() => sortInputs(value, infos), failure('bad-input', ...texts));
  });
}

test('an array that was transferred away is named as such', () => {
  const x = floats(6);
  structuredClone(x, { transfer: [x.buffer] });
  assert.throws(() => sortInputs(x, kOne), failure('bad-input', 'transferred away'));
});

test('into takes results, arrays and gaps, by order or by name', () => {
  const [a, b] = [floats(2), floats(3)];
  const tensor = { name: 'b', shape: [3], dtype: 'float32' as const, data: b };
  assert.deepEqual(sortInto(undefined, kTwo), []);
  assert.deepEqual(sortInto([a, tensor], kTwo), [a, b]);
  assert.deepEqual(sortInto([undefined, tensor], kTwo), [undefined, b]);
  assert.deepEqual(sortInto({ b: tensor }, kTwo), [undefined, b]);
  assert.throws(() => sortInto({ c: a }, kTwo), failure('bad-input', '"c"', '"a", "b"'));
  assert.throws(() => sortInto([b], kTwo), failure('bad-input', '"a"', 'of 2', 'of 3'));
});
