// The evaluator's shape, slicing and joining operators against numbers worked out by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BuiltinOperator as Builtin,
  ConcatenationOptionsT,
  DepthToSpaceOptionsT,
  type OperatorT,
  ReshapeOptionsT,
  SpaceToDepthOptionsT,
  SplitOptionsT,
  SqueezeOptionsT,
  StridedSliceOptionsT,
} from '../../build/schema-ts/tflite.js';
import { counting, floats, ints, type Operand, runOperator } from './support/single_operator.js';

function run(
  operator: Builtin,
  inputs: Operand[],
  output: number[],
  options?: OperatorT['builtinOptions'],
): number[] {
  const [result] = runOperator({ operator, inputs, options, outputs: [output] });
  return Array.from(result.data);
}

const oneToSix = [1, 2, 3, 4, 5, 6];

test('RESHAPE takes its shape from the input, else from the option; -1 is what remains', () => {
  const x = counting(2, 3);
  assert.deepEqual(run(Builtin.RESHAPE, [x, ints(3, 2)], [3, 2]), oneToSix);
  assert.deepEqual(run(Builtin.RESHAPE, [x, ints(-1, 2)], [3, 2]), oneToSix);
  assert.deepEqual(run(Builtin.RESHAPE, [x], [6, 1], new ReshapeOptionsT([-1, 1])), oneToSix);
  const wrong = new ReshapeOptionsT([5]);
  assert.deepEqual(run(Builtin.RESHAPE, [x, ints(6)], [6], wrong), oneToSix);
});

test('SQUEEZE and EXPAND_DIMS drop and add axes of size 1', () => {
  const x = counting(1, 2, 1, 3);
  assert.deepEqual(run(Builtin.SQUEEZE, [x], [2, 3]), oneToSix);
  assert.deepEqual(run(Builtin.SQUEEZE, [x], [1, 2, 3], new SqueezeOptionsT([-2])), oneToSix);
  assert.deepEqual(run(Builtin.EXPAND_DIMS, [counting(2, 3), ints(1)], [2, 1, 3]), oneToSix);
  assert.deepEqual(run(Builtin.EXPAND_DIMS, [counting(2, 3), ints(-1)], [2, 3, 1]), oneToSix);
});

test('TRANSPOSE permutes axes', () => {
  assert.deepEqual(
    run(Builtin.TRANSPOSE, [counting(2, 3), ints(1, 0)], [3, 2]),
    [1, 4, 2, 5, 3, 6],
  );
  const x = counting(1, 2, 3);
  assert.deepEqual(run(Builtin.TRANSPOSE, [x, ints(2, 0, 1)], [3, 1, 2]), [1, 4, 2, 5, 3, 6]);
});

test('PAD and PADV2 add a border on any axis', () => {
  const amounts = { ...ints(0, 1, 1, 0), shape: [2, 2] };
  const x = counting(1, 2);
  assert.deepEqual(run(Builtin.PAD, [x, amounts], [2, 3]), [0, 1, 2, 0, 0, 0]);
  const fill = floats([1], [9]);
  assert.deepEqual(run(Builtin.PADV2, [x, amounts, fill], [2, 3]), [9, 1, 2, 9, 9, 9]);
});

test('CONCATENATION joins along any axis', () => {
  const a = counting(2, 2);
  const b = floats([2, 1], [8, 9]);
  const last = new ConcatenationOptionsT(-1);
  assert.deepEqual(run(Builtin.CONCATENATION, [a, b], [2, 3], last), [1, 2, 8, 3, 4, 9]);
  const first = new ConcatenationOptionsT(0);
  assert.deepEqual(run(Builtin.CONCATENATION, [a, a], [4, 2], first), [1, 2, 3, 4, 1, 2, 3, 4]);
});

test('DEPTH_TO_SPACE deals channels out over a block of pixels, SPACE_TO_DEPTH gathers', () => {
  const deep = floats([1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
  const wide = floats([1, 2, 4, 1], [1, 2, 5, 6, 3, 4, 7, 8]);
  const spread = run(Builtin.DEPTH_TO_SPACE, [deep], [1, 2, 4, 1], new DepthToSpaceOptionsT(2));
  assert.deepEqual(spread, wide.values);
  const gathered = run(Builtin.SPACE_TO_DEPTH, [wide], [1, 1, 2, 4], new SpaceToDepthOptionsT(2));
  assert.deepEqual(gathered, deep.values);
  // The channels of one pixel stay together.
  const pairs = counting(1, 1, 1, 8);
  const options = new DepthToSpaceOptionsT(2);
  assert.deepEqual(run(Builtin.DEPTH_TO_SPACE, [pairs], [1, 2, 2, 2], options), pairs.values);
});

test('SLICE and SPLIT', () => {
  const x = counting(2, 3);
  assert.deepEqual(run(Builtin.SLICE, [x, ints(0, 1), ints(-1, 2)], [2, 2]), [2, 3, 5, 6]);
  const parts = runOperator({
    operator: Builtin.SPLIT,
    inputs: [{ ...ints(1), shape: [] }, counting(2, 4)],
    options: new SplitOptionsT(2),
    outputs: [
      [2, 2],
      [2, 2],
    ],
  });
  assert.deepEqual(
    parts.map(({ data }) => Array.from(data)),
    [
      [1, 2, 5, 6],
      [3, 4, 7, 8],
    ],
  );
});

interface Masks {
  begin?: number;
  end?: number;
  ellipsis?: number;
  newAxis?: number;
  shrink?: number;
  offset?: boolean;
}

/** Begin, end, strides. */
type Indices = [number[], number[], number[]];

function slice(
  x: Operand,
  [begin, end, strides]: Indices,
  output: number[],
  masks: Masks = {},
): number[] {
  const { begin: b = 0, end: e = 0, ellipsis = 0, newAxis = 0, shrink = 0 } = masks;
  const options = new StridedSliceOptionsT(b, e, ellipsis, newAxis, shrink, masks.offset);
  const indices = [begin, end, strides].map((list) => ints(...list));
  return run(Builtin.STRIDED_SLICE, [x, ...indices], output, options);
}

test('STRIDED_SLICE: begin, end and strides of either sign', () => {
  const x = counting(6);
  assert.deepEqual(slice(x, [[1], [5], [2]], [2]), [2, 4]);
  assert.deepEqual(slice(x, [[-2], [9], [1]], [2]), [5, 6]);
  assert.deepEqual(slice(x, [[4], [1], [-2]], [2]), [5, 3]);
  assert.deepEqual(slice(x, [[-1], [-4], [-1]], [3]), [6, 5, 4]);
  assert.deepEqual(slice(x, [[2], [3], [1]], [3], { offset: true }), [3, 4, 5]);
});

test('STRIDED_SLICE: masked ends reach the edge in the direction of the stride', () => {
  const x = counting(4);
  assert.deepEqual(slice(x, [[2], [3], [1]], [3], { begin: 1 }), [1, 2, 3]);
  assert.deepEqual(slice(x, [[2], [3], [1]], [2], { end: 1 }), [3, 4]);
  assert.deepEqual(slice(x, [[2], [0], [-1]], [3], { end: 1 }), [3, 2, 1]);
  assert.deepEqual(slice(x, [[0], [0], [-1]], [4], { begin: 1, end: 1 }), [4, 3, 2, 1]);
});

test('STRIDED_SLICE: axes vanish, appear and are passed over', () => {
  const x = counting(2, 3);
  // Row -1 alone; its end does not matter.
  const lastRow: Indices = [
    [-1, 0],
    [0, 3],
    [1, 1],
  ];
  assert.deepEqual(slice(x, lastRow, [3], { shrink: 1 }), [4, 5, 6]);
  // Fewer entries than axes.
  assert.deepEqual(slice(x, [[1], [2], [1]], [1, 3]), [4, 5, 6]);
  // ..., 1:2
  const lastColumns: Indices = [
    [0, 1],
    [0, 2],
    [1, 1],
  ];
  assert.deepEqual(slice(x, lastColumns, [2, 1], { ellipsis: 1 }), [2, 5]);
  assert.deepEqual(slice(counting(1, 2, 3), lastColumns, [1, 2, 1], { ellipsis: 1 }), [2, 5]);
  // newaxis, 1:2
  const second: Indices = [
    [0, 1],
    [0, 2],
    [1, 1],
  ];
  assert.deepEqual(slice(x, second, [1, 1, 3], { newAxis: 1 }), [4, 5, 6]);
});

test('a result of another shape than the file declares is an error', () => {
  assert.throws(
    () => run(Builtin.TRANSPOSE, [counting(2, 3), ints(1, 0)], [2, 3]),
    /operator 0, TRANSPOSE: output 0 is \[3, 2\], not \[2, 3\]/,
  );
});
