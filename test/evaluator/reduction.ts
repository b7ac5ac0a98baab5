// Many elements to one: MEAN, SUM, REDUCE_MAX over any axes, pooling over windows, SOFTMAX.

import { Pool2DOptionsT, ReducerOptionsT, SoftmaxOptionsT } from '../../build/schema-ts/tflite.js';
import { applyFused } from './activation.js';
import { type Call, input, integers, type Operator, optionsOf, requireRank } from './operator.js';
import { errorAt, kRoundoff, sumVariance } from './rounding.js';
import { elementCount, resolveAxis, type Shape, stridesOf, type Value, walk } from './value.js';
import { slidingWindow } from './window.js';

/** Gathers the elements that go into one output element. */
class Accumulator {
  count = 0;
  sum = 0;
  largest = -Infinity;
  private squares = 0;
  private errors = 0;
  private largestError = 0;

  add(value: number, error: number): void {
    ++this.count;
    this.sum += value;
    // Math.max passes NaN on.
    this.largest = Math.max(this.largest, value);
    this.squares += value * value;
    this.errors += error;
    this.largestError = Math.max(this.largestError, error);
  }

  /** Error of sum / divisor; the pixels' own errors are taken to have a common cause. */
  errorOfSum(divisor: number): number {
    const rounding = Math.sqrt(sumVariance(this.count + 1) * (this.squares + this.sum ** 2));
    return (this.errors + rounding) / divisor;
  }

  get errorOfLargest(): number {
    return this.largestError;
  }
}

type Summary = (gathered: Accumulator) => { value: number; error: number };

const sum: Summary = (all) => ({ value: all.sum, error: all.errorOfSum(1) });
const mean: Summary = (all) => ({ value: all.sum / all.count, error: all.errorOfSum(all.count) });
const largest: Summary = (all) => ({ value: all.largest, error: all.errorOfLargest });

function summarize(
  groups: readonly Accumulator[],
  shape: Shape,
  summary: Summary,
  withError: boolean,
): Value {
  const results = groups.map(summary);
  return {
    shape,
    data: Float64Array.from(results, (result) => result.value),
    ...(withError && { error: Float64Array.from(results, (result) => result.error) }),
  };
}

const reduce =
  (summary: Summary): Operator =>
  (call: Call) => {
    const x = input(call, 0);
    const rank = x.shape.length;
    const axes = new Set(integers(input(call, 1)).map((axis) => resolveAxis(axis, rank)));
    const { keepDims } = optionsOf(call, ReducerOptionsT);
    const kept = x.shape.map((size, axis) => (axes.has(axis) ? 1 : size));

    const strides = stridesOf(kept);
    const target = walk(
      x.shape,
      strides.map((stride, axis) => (axes.has(axis) ? 0 : stride)),
    );
    const groups = Array.from({ length: elementCount(kept) }, () => new Accumulator());
    for (let i = 0; i < target.length; ++i) {
      groups[target[i]].add(x.data[i], errorAt(x.error, i));
    }
    const shape = keepDims ? kept : x.shape.filter((_, axis) => !axes.has(axis));
    return [summarize(groups, shape, summary, call.withError)];
  };

// Only the pixels that exist count, so an average near the border is over fewer of them.
const pool =
  (summary: Summary): Operator =>
  (call: Call) => {
    const x = input(call, 0);
    requireRank(x, 4);
    const options = optionsOf(call, Pool2DOptionsT);
    const { padding, strideH, strideW, filterHeight, filterWidth } = options;
    const [batches, height, width, channels] = x.shape;
    const rows = slidingWindow(height, filterHeight, strideH, 1, padding);
    const columns = slidingWindow(width, filterWidth, strideW, 1, padding);

    const groups: Accumulator[] = [];
    for (let batch = 0; batch < batches; ++batch) {
      for (let row = 0; row < rows.count; ++row) {
        const top = row * strideH - rows.before;
        for (let column = 0; column < columns.count; ++column) {
          const left = column * strideW - columns.before;
          for (let channel = 0; channel < channels; ++channel) {
            const gathered = new Accumulator();
            for (let y = Math.max(0, top); y < Math.min(height, top + filterHeight); ++y) {
              for (let z = Math.max(0, left); z < Math.min(width, left + filterWidth); ++z) {
                const i = ((batch * height + y) * width + z) * channels + channel;
                gathered.add(x.data[i], errorAt(x.error, i));
              }
            }
            groups.push(gathered);
          }
        }
      }
    }
    const shape = [batches, rows.count, columns.count, channels];
    const pooled = summarize(groups, shape, summary, call.withError);
    return [applyFused(pooled, options.fusedActivationFunction, call.withError)];
  };

// Over the last axis; subtracting the largest element changes nothing but keeps exp in range.
const softmax: Operator = (call) => {
  const x = input(call, 0);
  const { beta } = optionsOf(call, SoftmaxOptionsT);
  const length = x.shape.at(-1) ?? 1;
  const data = new Float64Array(x.data.length);
  const error = call.withError ? new Float64Array(x.data.length) : undefined;
  for (let start = 0; start < data.length; start += length) {
    const row = x.data.subarray(start, start + length);
    const peak = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = row.map((value) => Math.exp(beta * (value - peak)));
    const total = powers.reduce((a, b) => a + b, 0);
    let shared = 0;
    for (let i = 0; i < length; ++i) {
      data[start + i] = powers[i] / total;
      shared += data[start + i] * beta * errorAt(x.error, start + i);
    }
    for (let i = 0; error && i < length; ++i) {
      const own = beta * (errorAt(x.error, start + i) + kRoundoff * Math.abs(row[i] - peak));
      error[start + i] = data[start + i] * (own + shared + kRoundoff * (8 + Math.sqrt(length)));
    }
  }
  return [{ shape: x.shape, data, ...(error && { error }) }];
};

export const reductionOperators = {
  MEAN: reduce(mean),
  SUM: reduce(sum),
  REDUCE_MAX: reduce(largest),
  AVERAGE_POOL_2D: pool(mean),
  MAX_POOL_2D: pool(largest),
  SOFTMAX: softmax,
} satisfies Record<string, Operator>;
