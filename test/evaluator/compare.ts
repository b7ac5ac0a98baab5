// Compares an engine's output with the evaluator's.

import { kTolerance } from './rounding.js';
import type { Value } from './value.js';

export interface Comparison {
  readonly ok: boolean;
  /** Largest |difference| ÷ allowed difference; at most 1 when ok. */
  readonly ratio: number;
  readonly largestDifference: number;
  /** The element with the largest ratio. */
  readonly worst: number;
  readonly message: string;
}

/**
 * Every element must be within kTolerance standard deviations of the expected one, or equal to it
 * (infinities, NaN). `expected` must come from an evaluation `withErrorBound`.
 */
export function compareWithBound(expected: Value, actual: ArrayLike<number>): Comparison {
  if (actual.length !== expected.data.length) {
    const message = `${actual.length} elements instead of ${expected.data.length}`;
    return { ok: false, ratio: Infinity, largestDifference: Infinity, worst: -1, message };
  }
  let ratio = 0;
  let largestDifference = 0;
  let worst = 0;
  for (let i = 0; i < actual.length; ++i) {
    // Results are float32, so the expected value is rounded to that too before asking for equality.
    if (Object.is(Math.fround(expected.data[i]), actual[i]) || expected.data[i] === actual[i])
      continue;
    const difference = Math.abs(expected.data[i] - actual[i]);
    const allowed = kTolerance * (expected.error?.[i] ?? 0);
    const share = Number.isNaN(difference) ? Infinity : difference / allowed;
    if (share > ratio) {
      ratio = share;
      worst = i;
    }
    largestDifference = Math.max(largestDifference, difference);
  }
  const ok = ratio <= 1;
  const message = ok
    ? `at most ${ratio.toFixed(3)} of the allowed difference`
    : `element ${worst}: ${actual[worst]} instead of ${expected.data[worst]}, allowed ±${
        kTolerance * (expected.error?.[worst] ?? 0)
      }`;
  return { ok, ratio, largestDifference, worst, message };
}
