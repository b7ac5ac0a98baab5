// The evaluator's convolutions against numbers worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ActivationFunctionType as Activation,
  BuiltinOperator as Builtin,
  Conv2DOptionsT,
  DepthwiseConv2DOptionsT,
  FullyConnectedOptionsT,
  Padding,
  TransposeConvOptionsT,
} from '../../build/schema-ts/tflite.js';
import { counting, floats, ints, type Operand, runOperator } from './support/single_operator.js';

const { SAME, VALID } = Padding;

interface Geometry {
  padding?: Padding;
  stride?: number;
  dilation?: number;
  activation?: Activation;
}

function convolve(
  inputs: (Operand | null)[],
  output: number[],
  { padding = SAME, stride = 1, dilation = 1, activation = Activation.NONE }: Geometry = {},
): number[] {
  const options = new Conv2DOptionsT(padding, stride, stride, activation, dilation, dilation);
  const [result] = runOperator({ operator: Builtin.CONV_2D, inputs, options, outputs: [output] });
  return Array.from(result.data);
}

function depthwise(inputs: Operand[], output: number[], geometry: Geometry = {}): number[] {
  const { padding = SAME, stride = 1, dilation = 1, activation = Activation.NONE } = geometry;
  const options = new DepthwiseConv2DOptionsT(padding, stride, stride, 0, activation);
  options.dilationHFactor = dilation;
  options.dilationWFactor = dilation;
  const operator = Builtin.DEPTHWISE_CONV_2D;
  const [result] = runOperator({ operator, inputs, options, outputs: [output] });
  return Array.from(result.data);
}

test('a 1x1 convolution mixes channels and adds the bias', () => {
  const x = floats([1, 1, 2, 2], [1, 2, 3, 4]);
  const filter = floats([3, 1, 1, 2], [1, 0, 0, 1, 1, 1]);
  const bias = floats([3], [10, 20, 30]);
  assert.deepEqual(convolve([x, filter, bias], [1, 1, 2, 3]), [11, 22, 33, 13, 24, 37]);
});

test('a bias may be missing as index -1 or as a shorter list', () => {
  const x = floats([1, 1, 1, 1], [3]);
  const filter = floats([1, 1, 1, 1], [2]);
  assert.deepEqual(convolve([x, filter], [1, 1, 1, 1]), [6]);
  assert.deepEqual(convolve([x, filter, null], [1, 1, 1, 1]), [6]);
});

test('SAME padding surrounds with zeros, the odd one at the end', () => {
  const ones = (size: number) => floats([1, 1, size, 1], new Array(size).fill(1));
  // Stride 1, kernel 3: one on each side.
  assert.deepEqual(convolve([counting(1, 1, 4, 1), ones(3)], [1, 1, 4, 1]), [3, 6, 9, 7]);
  // Kernel 2: the one extra stands at the end.
  assert.deepEqual(convolve([counting(1, 1, 4, 1), ones(2)], [1, 1, 4, 1]), [3, 5, 7, 4]);
  // Stride 2 on an even size: none at the start.
  const stride2 = { stride: 2 };
  assert.deepEqual(convolve([counting(1, 1, 4, 1), ones(3)], [1, 1, 2, 1], stride2), [6, 7]);
  // Stride 2 on an odd size: one on each side.
  assert.deepEqual(convolve([counting(1, 1, 5, 1), ones(3)], [1, 1, 3, 1], stride2), [3, 9, 9]);
});

test('VALID padding leaves out windows that stick out', () => {
  const filter = floats([1, 2, 2, 1], [1, 1, 1, 1]);
  const sums = convolve([counting(1, 3, 3, 1), filter], [1, 2, 2, 1], { padding: VALID });
  assert.deepEqual(sums, [12, 16, 24, 28]);
});

test('a stride larger than the kernel skips pixels', () => {
  const filter = floats([1, 1, 1, 1], [1]);
  const picked = convolve([counting(1, 5, 5, 1), filter], [1, 2, 2, 1], { stride: 3 });
  assert.deepEqual(picked, [1, 4, 16, 19]);
});

test('dilation spreads the taps', () => {
  const filter = floats([1, 1, 3, 1], [1, 10, 100]);
  const dilated = { dilation: 2, padding: VALID };
  assert.deepEqual(convolve([counting(1, 1, 6, 1), filter], [1, 1, 2, 1], dilated), [531, 642]);
  const same = convolve([counting(1, 1, 3, 1), filter], [1, 1, 3, 1], { dilation: 2 });
  assert.deepEqual(same, [310, 20, 31]);
});

test('groups: a filter with fewer input channels sees its own part of them', () => {
  const x = floats([1, 1, 1, 4], [1, 2, 3, 4]);
  const filter = floats([4, 1, 1, 2], [1, 10, 1, 1, 1, 10, 1, 1]);
  assert.deepEqual(convolve([x, filter], [1, 1, 1, 4]), [21, 3, 43, 7]);
});

test('fused activations are applied last', () => {
  const x = floats([1, 1, 4, 1], [-8, -0.5, 0.5, 8]);
  const filter = floats([1, 1, 1, 1], [1]);
  const run = (activation: Activation) => convolve([x, filter], [1, 1, 4, 1], { activation });
  assert.deepEqual(run(Activation.RELU), [0, 0, 0.5, 8]);
  assert.deepEqual(run(Activation.RELU6), [0, 0, 0.5, 6]);
  assert.deepEqual(run(Activation.RELU_N1_TO_1), [-1, -0.5, 0.5, 1]);
  assert.deepEqual(run(Activation.TANH), [-8, -0.5, 0.5, 8].map(Math.tanh));
  assert.deepEqual(run(Activation.SIGN_BIT), [1, 1, 0, 0]);
});

test('batches are independent', () => {
  const filter = floats([1, 1, 2, 1], [1, 1]);
  assert.deepEqual(convolve([counting(2, 1, 2, 1), filter], [2, 1, 2, 1]), [3, 2, 7, 4]);
});

test('depthwise: every channel has its own filter', () => {
  const x = floats([1, 1, 2, 2], [1, 2, 3, 4]);
  const filter = floats([1, 1, 2, 2], [1, 10, 100, 1000]);
  assert.deepEqual(depthwise([x, filter], [1, 1, 2, 2]), [301, 4020, 3, 40]);
});

test('depthwise with a multiplier: outputs of one channel lie side by side', () => {
  const x = floats([1, 1, 1, 2], [3, 5]);
  const filter = floats([1, 1, 1, 4], [1, 2, 10, 20]);
  const bias = floats([4], [0, 0, 0, 1]);
  assert.deepEqual(depthwise([x, filter, bias], [1, 1, 1, 4]), [3, 6, 50, 101]);
});

test('depthwise with stride and dilation', () => {
  const filter = floats([1, 1, 2, 1], [1, 10]);
  const x = counting(1, 1, 6, 1);
  assert.deepEqual(depthwise([x, filter], [1, 1, 3, 1], { stride: 2 }), [21, 43, 65]);
  const dilated = { dilation: 3, padding: VALID };
  assert.deepEqual(depthwise([x, filter], [1, 1, 3, 1], dilated), [41, 52, 63]);
});

test('a transposed convolution spreads each pixel over a window', () => {
  const spread = (size: number, padding: Padding, filter: Operand, bias?: Operand) => {
    const shape = [1, 1, size, 1];
    const [result] = runOperator({
      operator: Builtin.TRANSPOSE_CONV,
      inputs: [ints(...shape), filter, counting(1, 1, 3, 1), ...(bias ? [bias] : [])],
      options: new TransposeConvOptionsT(padding, 2, 1),
      outputs: [shape],
    });
    return Array.from(result.data);
  };
  const filter = floats([1, 1, 3, 1], [1, 10, 100]);
  assert.deepEqual(spread(7, VALID, filter), [1, 10, 102, 20, 203, 30, 300]);
  // One less at the end for SAME on 6; on 5 one at each end.
  assert.deepEqual(spread(6, SAME, filter), [1, 10, 102, 20, 203, 30]);
  assert.deepEqual(spread(5, SAME, filter), [10, 102, 20, 203, 30]);
  // Gaps hold the bias alone.
  const gaps = spread(6, SAME, floats([1, 1, 1, 1], [1]), floats([1], [0.5]));
  assert.deepEqual(gaps, [1.5, 0.5, 2.5, 0.5, 3.5, 0.5]);
});

test('a transposed convolution may have a fused activation', () => {
  const [result] = runOperator({
    operator: Builtin.TRANSPOSE_CONV,
    inputs: [ints(1, 1, 2, 1), floats([1, 1, 2, 1], [1, -1]), floats([1, 1, 1, 1], [5])],
    options: new TransposeConvOptionsT(VALID, 1, 1, Activation.RELU),
    outputs: [[1, 1, 2, 1]],
  });
  assert.deepEqual(Array.from(result.data), [5, 0]);
});

test('Convolution2DTransposeBias computes its size from padding and stride', () => {
  const spread = (padding: number, width: number, size: number) => {
    const options = new Uint8Array(12);
    const view = new DataView(options.buffer);
    [padding, 2, 1].forEach((value, i) => {
      view.setInt32(4 * i, value, true);
    });
    const [result] = runOperator({
      operator: Builtin.CUSTOM,
      custom: { name: 'Convolution2DTransposeBias', options },
      inputs: [counting(1, 1, width, 1), floats([1, 1, 3, 1], [1, 10, 100]), floats([1], [0])],
      outputs: [[1, 1, size, 1]],
    });
    return Array.from(result.data);
  };
  assert.deepEqual(spread(2, 2, 5), [1, 10, 102, 20, 200]);
  // SAME cuts kernel − ((size − 1) mod stride) − 1 in all, the smaller half at the start.
  assert.deepEqual(spread(1, 2, 4), [1, 10, 102, 20]);
  assert.deepEqual(spread(1, 3, 5), [10, 102, 20, 203, 30]);
});

test('fully connected flattens its input, or keeps all axes but the last', () => {
  const filter = floats([2, 3], [1, 0, 0, 1, 1, 1]);
  const run = (x: Operand, output: number[], keepNumDims: boolean) => {
    const options = new FullyConnectedOptionsT();
    options.keepNumDims = keepNumDims;
    const operator = Builtin.FULLY_CONNECTED;
    const inputs = [x, filter, floats([2], [0, 100])];
    const [result] = runOperator({ operator, inputs, options, outputs: [output] });
    return Array.from(result.data);
  };
  assert.deepEqual(run(counting(1, 2, 3), [2, 2], false), [1, 106, 4, 115]);
  assert.deepEqual(run(counting(1, 2, 3), [1, 2, 2], true), [1, 106, 4, 115]);
  assert.deepEqual(run(counting(1, 3, 1, 1), [1, 2], false), [1, 106]);
});
