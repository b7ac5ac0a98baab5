// The evaluator's pooling, reductions and resizing against numbers worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ActivationFunctionType as Activation,
  BuiltinOperator as Builtin,
  Padding,
  Pool2DOptionsT,
  ReducerOptionsT,
  ResizeBilinearOptionsT,
  ResizeNearestNeighborOptionsT,
  SoftmaxOptionsT,
} from '../../build/schema-ts/tflite.js';
import { bilinearTaps, nearestTaps } from '../evaluator/resize.js';
import { counting, floats, ints, type Operand, runOperator } from './support/single_operator.js';

function pool(operator: Builtin, x: Operand, options: Pool2DOptionsT, output: number[]): number[] {
  const [result] = runOperator({ operator, inputs: [x], options, outputs: [output] });
  return Array.from(result.data);
}

test('pooling leaves out what lies outside the image', () => {
  const x = counting(1, 3, 3, 1);
  const same = new Pool2DOptionsT(Padding.SAME, 2, 2, 2, 2);
  assert.deepEqual(pool(Builtin.MAX_POOL_2D, x, same, [1, 2, 2, 1]), [5, 6, 8, 9]);
  assert.deepEqual(pool(Builtin.AVERAGE_POOL_2D, x, same, [1, 2, 2, 1]), [3, 4.5, 7.5, 9]);
  const valid = new Pool2DOptionsT(Padding.VALID, 1, 1, 3, 2);
  assert.deepEqual(pool(Builtin.AVERAGE_POOL_2D, x, valid, [1, 2, 1, 1]), [3.5, 6.5]);
});

test('the maximum of negative numbers is not the zero of a border', () => {
  const x = floats([1, 1, 2, 1], [-3, -2]);
  const same = new Pool2DOptionsT(Padding.SAME, 1, 1, 3, 3);
  assert.deepEqual(pool(Builtin.MAX_POOL_2D, x, same, [1, 1, 2, 1]), [-2, -2]);
});

test('pooling takes a fused activation', () => {
  const options = new Pool2DOptionsT(Padding.VALID, 1, 1, 1, 1, Activation.RELU6);
  const x = floats([1, 1, 2, 1], [-3, 9]);
  assert.deepEqual(pool(Builtin.MAX_POOL_2D, x, options, [1, 1, 2, 1]), [0, 6]);
});

test('reductions over any axes', () => {
  const x = counting(2, 2, 3);
  const run = (operator: Builtin, axes: Operand, output: number[], keepDims = false) => {
    const options = new ReducerOptionsT(keepDims);
    const [result] = runOperator({ operator, inputs: [x, axes], options, outputs: [output] });
    return Array.from(result.data);
  };
  assert.deepEqual(run(Builtin.MEAN, ints(2), [2, 2]), [2, 5, 8, 11]);
  assert.deepEqual(run(Builtin.MEAN, ints(-1), [2, 2, 1], true), [2, 5, 8, 11]);
  assert.deepEqual(run(Builtin.SUM, ints(0, 1), [3]), [22, 26, 30]);
  assert.deepEqual(run(Builtin.SUM, ints(1, 0), [1, 1, 3], true), [22, 26, 30]);
  assert.deepEqual(run(Builtin.REDUCE_MAX, ints(1), [2, 3]), [4, 5, 6, 10, 11, 12]);
  assert.deepEqual(run(Builtin.SUM, ints(0, 1, 2), []), [78]);
  const scalarAxis = { ...ints(1), shape: [] };
  assert.deepEqual(run(Builtin.REDUCE_MAX, scalarAxis, [2, 3]), [4, 5, 6, 10, 11, 12]);
});

test('SOFTMAX is over the last axis, sharpened by beta', () => {
  const [result] = runOperator({
    operator: Builtin.SOFTMAX,
    inputs: [floats([2, 2], [0, Math.fround(Math.log(3)), 1000, 1000])],
    options: new SoftmaxOptionsT(2),
    outputs: [[2, 2]],
  });
  const expected = [0.1, 0.9, 0.5, 0.5];
  result.data.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) < 1e-7, `${value}`);
  });
});

test('bilinear: where output pixels lie between input pixels', () => {
  const half = { alignCorners: false, halfPixelCenters: true };
  const corners = { alignCorners: true, halfPixelCenters: false };
  const legacy = { alignCorners: false, halfPixelCenters: false };
  const taps = (from: number, to: number, convention: typeof half) =>
    bilinearTaps(from, to, convention).map(({ low, high, weight }) =>
      low === high ? [low] : [low, high, weight],
    );
  assert.deepEqual(taps(2, 4, half), [[0], [0, 1, 0.25], [0, 1, 0.75], [1]]);
  assert.deepEqual(taps(4, 2, half), [
    [0, 1, 0.5],
    [2, 3, 0.5],
  ]);
  assert.deepEqual(taps(3, 5, corners), [[0], [0, 1, 0.5], [1], [1, 2, 0.5], [2]]);
  assert.deepEqual(taps(2, 4, legacy), [[0], [0, 1, 0.5], [1], [1]]);
  assert.deepEqual(taps(3, 1, corners), [[0]]);
});

test('RESIZE_BILINEAR mixes four pixels', () => {
  const [result] = runOperator({
    operator: Builtin.RESIZE_BILINEAR,
    inputs: [floats([1, 2, 2, 1], [0, 4, 8, 12]), ints(3, 3)],
    options: new ResizeBilinearOptionsT(0, 0, true, false),
    outputs: [[1, 3, 3, 1]],
  });
  assert.deepEqual(Array.from(result.data), [0, 2, 4, 4, 6, 8, 8, 10, 12]);
});

test('nearest neighbour: which pixel is taken', () => {
  const half = { alignCorners: false, halfPixelCenters: true };
  const corners = { alignCorners: true, halfPixelCenters: false };
  const legacy = { alignCorners: false, halfPixelCenters: false };
  assert.deepEqual(nearestTaps(2, 5, legacy), [0, 0, 0, 1, 1]);
  assert.deepEqual(nearestTaps(2, 5, half), [0, 0, 1, 1, 1]);
  assert.deepEqual(nearestTaps(3, 5, corners), [0, 1, 1, 2, 2]);
  const [result] = runOperator({
    operator: Builtin.RESIZE_NEAREST_NEIGHBOR,
    inputs: [counting(1, 2, 1, 2), ints(4, 1)],
    options: new ResizeNearestNeighborOptionsT(),
    outputs: [[1, 4, 1, 2]],
  });
  assert.deepEqual(Array.from(result.data), [1, 2, 1, 2, 3, 4, 3, 4]);
});
