// Bilinear operators (convolutions, fully connected): their inner loop, their bias and their error.
//
// Each is a function slide(x, w) that is linear in both; that makes the error estimate of
// rounding.ts another call of the same function, on squared numbers.

import { sumVariance } from './rounding.js';
import type { Value } from './value.js';

export type Bilinear = (x: Float64Array, w: Float64Array) => Float64Array;

export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  // Four sums, for speed alone: additions of one sum wait for each other.
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    sum0 += a[aStart + i] * b[bStart + i];
    sum1 += a[aStart + i + 1] * b[bStart + i + 1];
    sum2 += a[aStart + i + 2] * b[bStart + i + 2];
    sum3 += a[aStart + i + 3] * b[bStart + i + 3];
  }
  for (; i < length; ++i) sum0 += a[aStart + i] * b[bStart + i];
  return sum0 + sum1 + (sum2 + sum3);
}

/** Adds one bias per element of the last axis, in place. */
export function addBias(sums: Float64Array, bias: Value | undefined): Float64Array {
  if (bias) {
    const channels = bias.data.length;
    for (let i = 0; i < sums.length; ++i) sums[i] += bias.data[i % channels];
  }
  return sums;
}

export function errorOfSum(
  x: Value,
  w: Value,
  bias: Value | undefined,
  result: Float64Array,
  terms: number,
  slide: Bilinear,
): Float64Array {
  const square = (a: number): number => a * a;
  const perRounding = sumVariance(terms + 1);
  const inputs = x.data.map((value, i) => perRounding * square(value) + square(x.error?.[i] ?? 0));
  const variance = slide(inputs, w.data.map(square));
  if (w.error) {
    const fromWeights = slide(x.data.map(square), w.error.map(square));
    for (let i = 0; i < variance.length; ++i) variance[i] += fromWeights[i];
  }
  return variance.map((value, i) => {
    const channel = bias ? i % bias.data.length : 0;
    const added = square(result[i]) + square(bias?.data[channel] ?? 0);
    return Math.sqrt(value + perRounding * added + square(bias?.error?.[channel] ?? 0));
  });
}
