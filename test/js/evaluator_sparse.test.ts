// The evaluator's sparse decoder: literal encodings, and what the generator encodes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SparsityParametersT } from '../../build/schema-ts/tflite.js';
import { halfToNumber } from '../evaluator/float16.js';
import { sparseFormatOf } from '../evaluator/model.js';
import { expandSparse, type SparseFormat } from '../evaluator/sparse.js';
import { numberToHalf } from '../generator/float16.js';
import { Random } from '../generator/random.js';
import { encodeSparse } from '../generator/sparse_encoding.js';

const stored = (...values: number[]) => Float64Array.from(values);

test('rows of a matrix, one of them empty, one unsorted', () => {
  const format: SparseFormat = {
    traversalOrder: [0, 1],
    blockMap: [],
    levels: [
      { kind: 'dense', size: 3 },
      { kind: 'csr', segments: [0, 1, 1, 3], indices: [2, 3, 0] },
    ],
  };
  const dense = expandSparse([3, 4], format, stored(7, 8, 9));
  assert.deepEqual(Array.from(dense), [0, 0, 7, 0, 0, 0, 0, 0, 9, 0, 0, 8]);
});

test('columns of a matrix: the traversal order swaps the axes', () => {
  const format: SparseFormat = {
    traversalOrder: [1, 0],
    blockMap: [],
    levels: [
      { kind: 'dense', size: 3 },
      { kind: 'csr', segments: [0, 1, 1, 3], indices: [1, 0, 1] },
    ],
  };
  assert.deepEqual(Array.from(expandSparse([2, 3], format, stored(5, 6, 7))), [0, 0, 6, 5, 0, 7]);
});

test('the example of the TensorFlow documentation: 2x2 blocks of a 4x4 matrix', () => {
  // 1 0 2 3 / 0 4 0 0 / 0 0 5 0 / 0 0 0 6
  const format: SparseFormat = {
    traversalOrder: [0, 1, 2, 3],
    blockMap: [0, 1],
    levels: [
      { kind: 'dense', size: 2 },
      { kind: 'csr', segments: [0, 2, 3], indices: [0, 1, 1] },
      { kind: 'dense', size: 2 },
      { kind: 'dense', size: 2 },
    ],
  };
  const dense = expandSparse([4, 4], format, stored(1, 0, 0, 4, 2, 3, 0, 0, 5, 0, 0, 6));
  assert.deepEqual(Array.from(dense), [1, 0, 2, 3, 0, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 6]);
});

test('blocks along one axis only, of an OHWI filter', () => {
  const format: SparseFormat = {
    traversalOrder: [0, 1, 2, 3, 4],
    blockMap: [0],
    levels: [
      { kind: 'dense', size: 1 },
      { kind: 'dense', size: 1 },
      { kind: 'dense', size: 1 },
      { kind: 'csr', segments: [0, 2], indices: [0, 2] },
      { kind: 'dense', size: 2 },
    ],
  };
  const dense = expandSparse([2, 1, 1, 3], format, stored(1, 2, 3, 4));
  assert.deepEqual(Array.from(dense), [1, 0, 3, 2, 0, 4]);
});

test('several compressed levels: whole rows and columns are absent', () => {
  const format: SparseFormat = {
    traversalOrder: [0, 1],
    blockMap: [],
    levels: [
      { kind: 'csr', segments: [0, 1], indices: [2] },
      { kind: 'csr', segments: [0, 2], indices: [0, 1] },
    ],
  };
  assert.deepEqual(Array.from(expandSparse([3, 2], format, stored(8, 9))), [0, 0, 0, 0, 8, 9]);
});

test('a tensor that stores nothing is zero', () => {
  const format: SparseFormat = {
    traversalOrder: [0, 1],
    blockMap: [],
    levels: [
      { kind: 'dense', size: 2 },
      { kind: 'csr', segments: [0, 0, 0], indices: [] },
    ],
  };
  assert.deepEqual(Array.from(expandSparse([2, 2], format, stored())), [0, 0, 0, 0]);
});

test('left-over or missing values are errors', () => {
  const format: SparseFormat = {
    traversalOrder: [0],
    blockMap: [],
    levels: [{ kind: 'dense', size: 2 }],
  };
  assert.throws(() => expandSparse([2], format, stored(1)));
  assert.throws(() => expandSparse([2], format, stored(1, 2, 3)));
});

test('what the encoder writes, the decoder reads, in every layout', () => {
  const random = new Random(4);
  const shape = [4, 2, 3, 8];
  const axes = [0, 1, 2, 3];
  for (let round = 0; round < 200; ++round) {
    const density = random.pick([0, 0.1, 0.5, 1]);
    const dense = Float32Array.from({ length: 4 * 2 * 3 * 8 }, () =>
      random.chance(density) ? random.integer(1, 9) : 0,
    );
    const blocks = new Map(
      [
        [0, random.pick([1, 2, 4])],
        [3, random.pick([1, 2, 4, 8])],
      ].filter(() => random.chance(0.5)) as [number, number][],
    );
    const inner = [...blocks].map((_, block) => axes.length + block);
    const layout = {
      traversalOrder: [...random.shuffled(axes), ...random.shuffled(inner)],
      blocks,
      sparseLevels: new Set(axes.filter(() => random.chance(0.5))),
      unsorted: random.chance(0.5),
      storedZeros: random.pick([0, 0.1]),
      widerIndices: 0.3,
    };
    const encoded = encodeSparse(dense, shape, layout, random);
    const format = sparseFormatOf(encoded.parameters as SparsityParametersT);
    const decoded = expandSparse(shape, format, Float64Array.from(encoded.values));
    assert.deepEqual(Array.from(decoded), Array.from(dense));
  }
});

test('half precision: every finite number survives both ways', () => {
  for (let bits = 0; bits < 0x10000; ++bits) {
    const value = halfToNumber(bits);
    if (Number.isFinite(value)) assert.equal(numberToHalf(value), bits, `${bits}`);
  }
});

test('half precision: rounding to nearest, ties to even', () => {
  const rounded = (value: number) => halfToNumber(numberToHalf(value));
  assert.equal(rounded(1 + 2 ** -11), 1);
  assert.equal(rounded(1 + 3 * 2 ** -11), 1 + 2 ** -9);
  assert.equal(rounded(1 + 2 ** -11 + 2 ** -20), 1 + 2 ** -10);
  assert.equal(rounded(2 - 2 ** -12), 2);
  assert.equal(rounded(-0.1), -0.0999755859375);
  assert.equal(rounded(2 ** -25), 0);
  assert.equal(rounded(3 * 2 ** -26), 2 ** -24);
});
