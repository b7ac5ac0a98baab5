// Parts of a tensor: SLICE, SPLIT and STRIDED_SLICE.

import { SplitOptionsT, StridedSliceOptionsT } from '../../build/schema-ts/tflite.js';
import { input, integers, type Operator, optionsOf } from './operator.js';
import { rearrange, resolveAxis, stridesOf, type Value, walk } from './value.js';

/** One axis of the result: `count` elements of an axis of the input, from `start` by `step`. */
interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

function extract(x: Value, ranges: readonly Range[]): Value {
  const strides = stridesOf(x.shape);
  const corner = ranges.reduce((place, { start }, axis) => place + start * strides[axis], 0);
  const shape = ranges.map(({ count }) => count);
  const steps = ranges.map(({ step }, axis) => step * strides[axis]);
  return rearrange(x, shape, walk(shape, steps, corner));
}

const slice: Operator = (call) => {
  const x = input(call, 0);
  const begin = integers(input(call, 1));
  const size = integers(input(call, 2));
  const ranges = x.shape.map((whole, axis) => ({
    start: begin[axis],
    step: 1,
    count: size[axis] === -1 ? whole - begin[axis] : size[axis],
  }));
  return [extract(x, ranges)];
};

// The axis comes first here.
const split: Operator = (call) => {
  const x = input(call, 1);
  const axis = resolveAxis(integers(input(call, 0))[0], x.shape.length);
  const { numSplits } = optionsOf(call, SplitOptionsT);
  const count = x.shape[axis] / numSplits;
  if (!Number.isInteger(count)) throw new Error(`${x.shape[axis]} elements in ${numSplits} parts`);
  return Array.from({ length: numSplits }, (_, part) =>
    extract(
      x,
      x.shape.map((whole, other) =>
        other === axis
          ? { start: part * count, step: 1, count }
          : { start: 0, step: 1, count: whole },
      ),
    ),
  );
};

/** `begin` and `end` count from the end when negative, then are cut to the axis. */
function rangeOf(
  size: number,
  begin: number,
  end: number,
  step: number,
  fromFirst: boolean,
  toLast: boolean,
): Range {
  if (step === 0) throw new Error('a stride of 0');
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? size : size - 1;
  const cut = (index: number): number =>
    Math.min(Math.max(index < 0 ? index + size : index, lowest), highest);
  const start = fromFirst ? (step > 0 ? 0 : size - 1) : cut(begin);
  const stop = toLast ? (step > 0 ? size : -1) : cut(end);
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

// Each entry of begin/end/strides takes the next axis of the input, except: an entry with its bit
// in new_axis_mask makes an axis of size 1 and takes none; the one in ellipsis_mask takes as many
// whole axes as the others leave. Axes that no entry takes stay whole. An entry in
// shrink_axis_mask takes one index and its axis is gone from the result.
const stridedSlice: Operator = (call) => {
  const x = input(call, 0);
  const [begin, end, strides] = [1, 2, 3].map((index) => integers(input(call, index)));
  const options = optionsOf(call, StridedSliceOptionsT);
  const has = (mask: number, entry: number): boolean => ((mask >> entry) & 1) === 1;

  const entries = begin.map((_, entry) => entry);
  const taking = entries.filter(
    (entry) => !has(options.ellipsisMask, entry) && !has(options.newAxisMask, entry),
  ).length;
  const ranges: Range[] = [];
  const shape: number[] = [];
  const keepWhole = (): void => {
    const size = x.shape[ranges.length];
    ranges.push({ start: 0, step: 1, count: size });
    shape.push(size);
  };
  for (const entry of entries) {
    const axis = ranges.length;
    if (has(options.ellipsisMask, entry)) {
      for (let left = x.shape.length - taking; left > 0; --left) keepWhole();
    } else if (has(options.newAxisMask, entry)) {
      shape.push(1);
    } else if (axis >= x.shape.length) {
      throw new Error(`${taking} entries for rank ${x.shape.length}`);
    } else if (has(options.shrinkAxisMask, entry)) {
      const start = has(options.beginMask, entry) ? 0 : resolveAxis(begin[entry], x.shape[axis]);
      ranges.push({ start, step: 1, count: 1 });
    } else {
      const stop = options.offset ? begin[entry] + end[entry] : end[entry];
      const [fromFirst, toLast] = [has(options.beginMask, entry), has(options.endMask, entry)];
      const range = rangeOf(x.shape[axis], begin[entry], stop, strides[entry], fromFirst, toLast);
      ranges.push(range);
      shape.push(range.count);
    }
  }
  while (ranges.length < x.shape.length) keepWhole();
  return [{ ...extract(x, ranges), shape }];
};

export const slicingOperators = {
  SLICE: slice,
  SPLIT: split,
  STRIDED_SLICE: stridedSlice,
} satisfies Record<string, Operator>;
