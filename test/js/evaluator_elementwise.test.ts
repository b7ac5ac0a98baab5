// The evaluator's element-by-element operators against numbers worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ActivationFunctionType as Activation,
  AddOptionsT,
  BuiltinOperator as Builtin,
  LeakyReluOptionsT,
  MulOptionsT,
  type OperatorT,
} from '../../build/schema-ts/tflite.js';
import { counting, floats, type Operand, runOperator } from './support/single_operator.js';

function binary(operator: Builtin, a: Operand, b: Operand, output: number[]): number[] {
  const [result] = runOperator({ operator, inputs: [a, b], outputs: [output] });
  return Array.from(result.data);
}

function unary(operator: Builtin, values: number[], options?: OperatorT['builtinOptions']) {
  const shape = [values.length];
  const inputs = [floats(shape, values)];
  const [result] = runOperator({ operator, inputs, options, outputs: [shape] });
  return Array.from(result.data);
}

test('binary operators work element by element', () => {
  const a = floats([4], [1, 2, 3, 4]);
  const b = floats([4], [4, 3, 2, 1]);
  assert.deepEqual(binary(Builtin.ADD, a, b, [4]), [5, 5, 5, 5]);
  assert.deepEqual(binary(Builtin.SUB, a, b, [4]), [-3, -1, 1, 3]);
  assert.deepEqual(binary(Builtin.MUL, a, b, [4]), [4, 6, 6, 4]);
  assert.deepEqual(binary(Builtin.DIV, a, b, [4]), [0.25, 2 / 3, 1.5, 4]);
  assert.deepEqual(binary(Builtin.MAXIMUM, a, b, [4]), [4, 3, 3, 4]);
  assert.deepEqual(binary(Builtin.MINIMUM, a, b, [4]), [1, 2, 2, 1]);
});

test('operands broadcast: scalar, per channel, per pixel, lower rank, both ways', () => {
  const map = counting(1, 2, 2, 2);
  const shape = [1, 2, 2, 2];
  const add = (b: Operand) => binary(Builtin.ADD, map, b, shape);
  assert.deepEqual(add(floats([], [10])), [11, 12, 13, 14, 15, 16, 17, 18]);
  assert.deepEqual(add(floats([2], [10, 20])), [11, 22, 13, 24, 15, 26, 17, 28]);
  assert.deepEqual(add(floats([1, 1, 1, 2], [10, 20])), [11, 22, 13, 24, 15, 26, 17, 28]);
  const perPixel = floats([1, 2, 2, 1], [10, 20, 30, 40]);
  assert.deepEqual(add(perPixel), [11, 12, 23, 24, 35, 36, 47, 48]);
  const perRow = floats([2, 1, 1], [10, 20]);
  assert.deepEqual(add(perRow), [11, 12, 13, 14, 25, 26, 27, 28]);
  assert.deepEqual(
    binary(Builtin.SUB, floats([2], [10, 20]), counting(2, 2), [2, 2]),
    [9, 18, 7, 16],
  );
  const column = floats([2, 1], [1, 2]);
  const row = floats([1, 3], [10, 20, 30]);
  assert.deepEqual(binary(Builtin.MUL, column, row, [2, 3]), [10, 20, 30, 20, 40, 60]);
});

test('ADD and MUL take a fused activation', () => {
  const a = floats([3], [-5, 1, 5]);
  const run = (operator: Builtin, options: AddOptionsT | MulOptionsT) => {
    const [result] = runOperator({ operator, inputs: [a, a], options, outputs: [[3]] });
    return Array.from(result.data);
  };
  assert.deepEqual(run(Builtin.ADD, new AddOptionsT(Activation.RELU6)), [0, 2, 6]);
  assert.deepEqual(run(Builtin.MUL, new MulOptionsT(Activation.RELU_N1_TO_1)), [1, 1, 1]);
});

test('PRELU slopes broadcast', () => {
  const x = floats([1, 1, 2, 2], [-1, -2, 3, -4]);
  const perChannel = floats([1, 1, 2], [10, 100]);
  assert.deepEqual(binary(Builtin.PRELU, x, perChannel, [1, 1, 2, 2]), [-10, -200, 3, -400]);
  assert.deepEqual(binary(Builtin.PRELU, x, floats([1], [2]), [1, 1, 2, 2]), [-2, -4, 3, -8]);
  const perElement = floats([1, 2, 2], [1, 2, 3, 4]);
  assert.deepEqual(binary(Builtin.PRELU, x, perElement, [1, 1, 2, 2]), [-1, -4, 3, -16]);
});

test('functions of one variable', () => {
  assert.deepEqual(unary(Builtin.RELU, [-1, 0, 7]), [0, 0, 7]);
  assert.deepEqual(unary(Builtin.RELU6, [-1, 3, 7]), [0, 3, 6]);
  assert.deepEqual(unary(Builtin.RELU_N1_TO_1, [-2, 0.5, 7]), [-1, 0.5, 1]);
  assert.deepEqual(unary(Builtin.HARD_SWISH, [-4, -3, -1.5, 0, 1, 3, 5]), [
    -0,
    -0,
    -0.375,
    0,
    4 / 6,
    3,
    5,
  ]);
  assert.deepEqual(unary(Builtin.LOGISTIC, [0]), [0.5]);
  assert.deepEqual(unary(Builtin.TANH, [0.5]), [Math.tanh(0.5)]);
  assert.deepEqual(unary(Builtin.ELU, [-1, 2]), [Math.exp(-1) - 1, 2]);
  assert.deepEqual(unary(Builtin.EXP, [0, 1]), [1, Math.E]);
  assert.deepEqual(unary(Builtin.SQRT, [4, 9]), [2, 3]);
  assert.deepEqual(unary(Builtin.RSQRT, [4, 0.25]), [0.5, 2]);
  assert.deepEqual(unary(Builtin.ABS, [-2, 3]), [2, 3]);
  assert.deepEqual(unary(Builtin.NEG, [-2, 3]), [2, -3]);
  assert.deepEqual(unary(Builtin.SQUARE, [-2, 3]), [4, 9]);
  assert.deepEqual(unary(Builtin.LEAKY_RELU, [-2, 3], new LeakyReluOptionsT(0.25)), [-0.5, 3]);
});

test('extreme values of LOGISTIC stay finite', () => {
  assert.deepEqual(unary(Builtin.LOGISTIC, [-1000, 1000]), [0, 1]);
});

test('NaN passes through clamping', () => {
  assert.deepEqual(unary(Builtin.RELU6, [Number.NaN]), [Number.NaN]);
});
