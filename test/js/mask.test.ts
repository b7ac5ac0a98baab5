// The mask of a person: what a model's output means, and how it is steadied from frame to frame.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor } from '../../js/tensors.js';
import { MaskFilter } from '../../js/video/mask.js';
import { failure } from './support/fixtures.js';

function output(shape: number[], values: number[]): Tensor {
  return { name: 'mask', shape, dtype: 'float32', data: Float32Array.from(values) };
}

const shares = (...values: number[]) => output([1, 1, values.length, 1], values);

test('the first mask is what the model says, in bytes', () => {
  const mask = new MaskFilter().update(output([1, 2, 3, 1], [0, 0.25, 0.5, 0.75, 1, 1.5]));
  assert.deepEqual([mask.width, mask.height], [3, 2]);
  assert.deepEqual([...mask.data], [0, 64, 128, 191, 255, 255]);
});

test('two channels are the logits of background and person', () => {
  const logit = Math.log(3);
  const { data } = new MaskFilter().update(output([1, 1, 2, 2], [0, logit, logit, 0]));
  assert.deepEqual([...data], [191, 64]);
});

test('small changes come slowly, movement at once, and both arrive', () => {
  const filter = new MaskFilter();
  filter.update(shares(0.4, 0, 1));
  const { data } = filter.update(shares(0.6, 0.98, 0.02));
  // 35 % of a change that is below 35 % of full, 90 % of others.
  const steps = [0.4 + 0.35 * 0.2, 0.9 * 0.98, 1 - 0.9 * 0.98];
  const expected = steps.map((share) => Math.round(255 * share));
  assert.deepEqual([...data], expected);
  for (let frame = 0; frame < 20; ++frame) filter.update(shares(0.6, 1, 0));
  assert.deepEqual([...filter.update(shares(0.6, 1, 0)).data], [153, 255, 0]);
});

test('what is no share of anything is gone with the next frame', () => {
  const filter = new MaskFilter();
  const { NaN: none, POSITIVE_INFINITY: most } = Number;
  assert.deepEqual([...filter.update(shares(none, most, -most)).data], [0, 255, 0]);
  assert.deepEqual([...filter.update(shares(0.2, none, 0.2)).data], [18, 255, 18]);
  assert.deepEqual([...filter.update(shares(0.2, 1, 0.2)).data], [29, 255, 29]);
});

test('a mask of another size starts anew', () => {
  const filter = new MaskFilter();
  filter.update(shares(0, 0));
  assert.deepEqual([...filter.update(shares(0.2, 0.2, 0.2)).data], [51, 51, 51]);
});

test('an output that is no mask is refused with its shape', () => {
  const filter = new MaskFilter();
  const wrong = output([1, 1, 1, 3], [0, 0, 0]);
  assert.throws(() => filter.update(wrong), failure('bad-input', '"mask"', 'float32 1×1×1×3'));
  assert.throws(() => filter.update(output([4], [0, 0, 0, 0])), failure('bad-input', '4'));
});
