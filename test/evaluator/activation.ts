// Functions of one variable: the operators, and the activations fused into others.

import { ActivationFunctionType, LeakyReluOptionsT } from '../../build/schema-ts/tflite.js';
import { input, type Operator, optionsOf } from './operator.js';
import { errorAt, kRoundoff, kTolerance } from './rounding.js';
import type { Value } from './value.js';

const kSmallestNormal = 2 ** -126;

type Scalar = (x: number) => number;

/** Error of a float32 implementation of f itself, given x and y = f(x). */
type Roundoff = (x: number, y: number) => number;

const exact: Roundoff = () => 0;
const relative =
  (units: number): Roundoff =>
  (_x, y) =>
    units * kRoundoff * Math.abs(y);
/**
 * exp by range reduction: the rounding of x itself becomes a relative error of the result; and
 * below the smallest normal float anything from zero up to it is right.
 */
const exponential: Roundoff = (x, y) =>
  Math.min((4 + Math.abs(x)) * kRoundoff, 1) * Math.abs(y) + kSmallestNormal;

export function mapUnary(value: Value, f: Scalar, roundoff: Roundoff, withError: boolean): Value {
  const data = value.data.map(f);
  if (!withError) return { shape: value.shape, data };
  const error = new Float64Array(data.length);
  for (let i = 0; i < data.length; ++i) {
    const x = value.data[i];
    const y = data[i];
    const reach = kTolerance * errorAt(value.error, i);
    const change =
      reach === 0 ? 0 : Math.max(Math.abs(f(x + reach) - y), Math.abs(f(x - reach) - y));
    error[i] = change / kTolerance + roundoff(x, y);
  }
  return { shape: value.shape, data, error };
}

const unary =
  (f: Scalar, roundoff: Roundoff): Operator =>
  (call) => [mapUnary(input(call, 0), f, roundoff, call.withError)];

// NaN passes through all of these, as it does through Math.min and Math.max.
const clamp =
  (low: number, high: number): Scalar =>
  (x) =>
    Math.min(Math.max(x, low), high);
const relu = clamp(0, Infinity);
const relu6 = clamp(0, 6);
const reluN1To1 = clamp(-1, 1);
const signBit: Scalar = (x) => (x < 0 || Object.is(x, -0) ? 1 : 0);
/**
 * A step. Where x's error can cross it, or x is a zero (clamping and padding leave open which one:
 * max(-0, 0) may be either), both results are right, and something between 0 and 1 has a standard
 * deviation of at most 1/2.
 */
function mapSignBit(value: Value, withError: boolean): Value {
  const data = value.data.map(signBit);
  if (!withError) return { shape: value.shape, data };
  const error = value.data.map((x, i) =>
    Math.abs(x) <= kTolerance * errorAt(value.error, i) ? 0.5 : 0,
  );
  return { shape: value.shape, data, error };
}
const hardSwish: Scalar = (x) => (x * relu6(x + 3)) / 6;
const hardSwishRoundoff: Roundoff = (x, y) => (x <= -3 ? 0 : kRoundoff * (4 * Math.abs(y) + 3));
const logistic: Scalar = (x) => 1 / (1 + Math.exp(-x));
const tanhRoundoff: Roundoff = (x) => 4 * kRoundoff * Math.min(1, Math.abs(x));

export function applyFused(value: Value, kind: ActivationFunctionType, withError: boolean): Value {
  switch (kind) {
    case ActivationFunctionType.NONE:
      return value;
    case ActivationFunctionType.RELU:
      return mapUnary(value, relu, exact, withError);
    case ActivationFunctionType.RELU_N1_TO_1:
      return mapUnary(value, reluN1To1, exact, withError);
    case ActivationFunctionType.RELU6:
      return mapUnary(value, relu6, exact, withError);
    case ActivationFunctionType.TANH:
      return mapUnary(value, Math.tanh, tanhRoundoff, withError);
    case ActivationFunctionType.SIGN_BIT:
      return mapSignBit(value, withError);
    default:
      throw new Error(`fused activation ${kind}`);
  }
}

const leakyRelu: Operator = (call) => {
  const { alpha } = optionsOf(call, LeakyReluOptionsT);
  const f: Scalar = (x) => (x >= 0 ? x : alpha * x);
  return [mapUnary(input(call, 0), f, (x, y) => (x >= 0 ? 0 : relative(1)(x, y)), call.withError)];
};

export const activationOperators = {
  RELU: unary(relu, exact),
  RELU6: unary(relu6, exact),
  RELU_N1_TO_1: unary(reluN1To1, exact),
  LEAKY_RELU: leakyRelu,
  HARD_SWISH: unary(hardSwish, hardSwishRoundoff),
  LOGISTIC: unary(logistic, exponential),
  TANH: unary(Math.tanh, tanhRoundoff),
  ELU: unary(
    (x) => (x >= 0 ? x : Math.expm1(x)),
    (x) => (x >= 0 ? 0 : 4 * kRoundoff),
  ),
  EXP: unary(Math.exp, exponential),
  SQRT: unary(Math.sqrt, relative(1)),
  RSQRT: unary((x) => 1 / Math.sqrt(x), relative(4)),
  ABS: unary(Math.abs, exact),
  NEG: unary((x) => -x, exact),
  SQUARE: unary((x) => x * x, relative(1)),
} satisfies Record<string, Operator>;
