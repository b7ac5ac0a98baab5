// Functions of two variables, element by element, with broadcasting in either direction and of any
// rank: shapes are aligned at their last axes, and a size of 1 is repeated. PRELU is one of them:
// its slopes broadcast against its input.

import {
  type ActivationFunctionType,
  AddOptionsT,
  DivOptionsT,
  MulOptionsT,
  SubOptionsT,
} from '../../build/schema-ts/tflite.js';
import { applyFused } from './activation.js';
import { type Call, input, type Operator, optionsOf } from './operator.js';
import { errorAt, kRoundoff, kTolerance } from './rounding.js';
import { elementCount, type Shape, shapeText, stridesOf, type Value, walk } from './value.js';

interface Binary {
  readonly value: (a: number, b: number) => number;
  /** Given the operands, their errors and the result. */
  readonly error: (a: number, b: number, ea: number, eb: number, y: number) => number;
}

export function broadcastShape(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new Error(`${shapeText(a)} and ${shapeText(b)} do not broadcast`);
    }
    return sizeA === 1 ? sizeB : sizeA;
  });
}

/** Where each element of `to` comes from in a tensor of shape `from`. */
export function broadcastSources(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return walk(
    to,
    to.map((_, axis) =>
      axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing],
    ),
  );
}

function combine(a: Value, b: Value, operation: Binary, withError: boolean): Value {
  const shape = broadcastShape(a.shape, b.shape);
  const fromA = broadcastSources(a.shape, shape);
  const fromB = broadcastSources(b.shape, shape);
  const data = new Float64Array(elementCount(shape));
  for (let i = 0; i < data.length; ++i) {
    data[i] = operation.value(a.data[fromA[i]], b.data[fromB[i]]);
  }
  if (!withError) return { shape, data };
  const error = new Float64Array(data.length);
  for (let i = 0; i < data.length; ++i) {
    const ea = errorAt(a.error, fromA[i]);
    const eb = errorAt(b.error, fromB[i]);
    error[i] = operation.error(a.data[fromA[i]], b.data[fromB[i]], ea, eb, data[i]);
  }
  return { shape, data, error };
}

const add: Binary = {
  value: (a, b) => a + b,
  error: (_a, _b, ea, eb, y) => Math.hypot(ea, eb, kRoundoff * y),
};
const subtract: Binary = { value: (a, b) => a - b, error: add.error };
const multiply: Binary = {
  value: (a, b) => a * b,
  error: (a, b, ea, eb, y) => Math.hypot(a * eb, b * ea, kRoundoff * y),
};
const divide: Binary = {
  value: (a, b) => a / b,
  error: (_a, b, ea, eb, y) => Math.hypot(ea / b, (y * eb) / b, 2 * kRoundoff * y),
};
const maximum: Binary = { value: Math.max, error: (_a, _b, ea, eb) => Math.max(ea, eb) };
const minimum: Binary = { value: Math.min, error: maximum.error };
const prelu: Binary = {
  value: (x, slope) => (x >= 0 ? x : x * slope),
  error: (x, slope, ex, es, y) => {
    // Near zero the error may reach the other branch; then the steeper one counts.
    const mayBePositive = x > -kTolerance * ex;
    const mayBeNegative = x < kTolerance * ex;
    const steepness = Math.max(mayBePositive ? 1 : 0, mayBeNegative ? Math.abs(slope) : 0);
    return Math.hypot(steepness * ex, mayBeNegative ? x * es : 0, x < 0 ? kRoundoff * y : 0);
  },
};

interface WithActivation {
  fusedActivationFunction: ActivationFunctionType;
}

const arithmetic =
  (operation: Binary, options: new () => WithActivation): Operator =>
  (call: Call) => {
    const sum = combine(input(call, 0), input(call, 1), operation, call.withError);
    return [applyFused(sum, optionsOf(call, options).fusedActivationFunction, call.withError)];
  };
const plain =
  (operation: Binary): Operator =>
  (call: Call) => [combine(input(call, 0), input(call, 1), operation, call.withError)];

export const binaryOperators = {
  ADD: arithmetic(add, AddOptionsT),
  SUB: arithmetic(subtract, SubOptionsT),
  MUL: arithmetic(multiply, MulOptionsT),
  DIV: arithmetic(divide, DivOptionsT),
  MAXIMUM: plain(maximum),
  MINIMUM: plain(minimum),
  PRELU: plain(prelu),
} satisfies Record<string, Operator>;
