// Random layers that only move data: PAD, DEPTH_TO_SPACE, RESHAPE, CONCATENATION, STRIDED_SLICE.

import {
  BuiltinOperator,
  ConcatenationOptionsT,
  DepthToSpaceOptionsT,
  PadOptionsT,
  ReshapeOptionsT,
  StridedSliceOptionsT,
} from '../../build/schema-ts/tflite.js';
import { isSmall } from './graph.js';
import type { Layer } from './layer_parts.js';
import { addDense, randomConstant } from './weights.js';

function elementCount(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

export const pad: Layer = (graph, x) => {
  const { random } = graph;
  const rank = x.shape.length;
  if (rank === 0) return undefined;
  const amounts = x.shape.map(() => [0, 0]);
  const kind = rank === 4 ? random.weighted({ space: 5, channels: 3, any: 1 }) : 'any';
  const axes = { space: [1, 2], channels: [3], any: x.shape.map((_, axis) => axis) }[kind];
  for (const axis of axes) {
    if (kind === 'any' && random.chance(0.5)) continue;
    amounts[axis] = [random.integer(0, 3), random.integer(0, kind === 'channels' ? 17 : 3)];
  }
  const shape = x.shape.map((size, axis) => size + amounts[axis][0] + amounts[axis][1]);
  if (!isSmall(shape)) return undefined;
  return graph.addLayer(
    BuiltinOperator.PAD,
    [x.tensor, graph.addIntegers(amounts.flat(), [rank, 2])],
    shape,
    random.chance(0.5) ? new PadOptionsT() : null,
    amounts.map((pair) => pair.join('+')).join(' '),
  );
};

export const depthToSpace: Layer = (graph, x) => {
  if (x.shape.length !== 4) return undefined;
  const [batches, height, width, channels] = x.shape;
  const blocks = [2, 2, 3, 4].filter((block) => channels % block ** 2 === 0);
  if (blocks.length === 0) return undefined;
  const block = graph.random.pick(blocks);
  return graph.addLayer(
    BuiltinOperator.DEPTH_TO_SPACE,
    [x.tensor],
    [batches, height * block, width * block, channels / block ** 2],
    new DepthToSpaceOptionsT(block),
    `blocks of ${block}`,
  );
};

/** Another shape of as many elements: axes merged, split, or something else altogether. */
function randomReshape(random: Parameters<Layer>[0]['random'], shape: readonly number[]): number[] {
  const count = elementCount(shape);
  const merged = (from: number, to: number): number[] => [
    ...shape.slice(0, from),
    elementCount(shape.slice(from, to)),
    ...shape.slice(to),
  ];
  const factor = (n: number): number => {
    const divisors = Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
    return random.pick(divisors);
  };
  switch (random.weighted({ flat: 3, pixels: 3, merge: 2, split: 2, free: 2 })) {
    case 'flat':
      return shape.length > 0 ? [shape[0], count / shape[0]] : [1];
    case 'pixels':
      return shape.length === 4 ? merged(1, 3) : [1, count];
    case 'merge': {
      if (shape.length < 2) return [count];
      const from = random.integer(0, shape.length - 2);
      return merged(from, from + 2);
    }
    case 'split': {
      if (shape.length === 0 || shape.length > 4) return [count];
      const axis = random.integer(0, shape.length - 1);
      const part = factor(shape[axis]);
      return [...shape.slice(0, axis), part, shape[axis] / part, ...shape.slice(axis + 1)];
    }
    default: {
      const height = factor(count);
      const width = factor(count / height);
      return [1, height, width, count / height / width];
    }
  }
}

export const reshape: Layer = (graph, x) => {
  const { random } = graph;
  const shape = randomReshape(random, x.shape);
  const written = [...shape];
  if (random.chance(0.4)) written[random.integer(0, shape.length - 1)] = -1;
  const where = random.pick(['input', 'input', 'option', 'both']);
  const options = where === 'input' ? null : new ReshapeOptionsT(written);
  const inputs = where === 'option' ? [x.tensor] : [x.tensor, graph.addIntegers(written)];
  const note = `to [${written.join(',')}] by ${where}`;
  return graph.addLayer(BuiltinOperator.RESHAPE, inputs, shape, options, note);
};

export const concatenation: Layer = (graph, x) => {
  const { random } = graph;
  const rank = x.shape.length;
  if (rank === 0) return undefined;
  const axis = rank === 4 && random.chance(0.6) ? 3 : random.integer(0, rank - 1);
  const fits = (shape: readonly number[]) =>
    shape.length === rank &&
    shape.every((size, other) => other === axis || size === x.shape[other]);
  const fitting = graph.features.filter((feature) => fits(feature.shape));
  const parts = [x];
  for (let count = random.pick([1, 1, 1, 2, 3]); count > 0; --count) {
    if (random.chance(0.15)) {
      const shape = x.shape.map((size, other) => (other === axis ? random.integer(1, 5) : size));
      const values = randomConstant(random, elementCount(shape), 1);
      parts.push({ tensor: addDense(graph, shape, values), shape });
    } else {
      parts.push(random.pick(fitting));
    }
  }
  const ordered = random.shuffled(parts);
  const shape = [...x.shape];
  shape[axis] = ordered.reduce((size, part) => size + part.shape[axis], 0);
  if (!isSmall(shape)) return undefined;
  const options = new ConcatenationOptionsT(random.chance(0.3) ? axis - rank : axis);
  return graph.addLayer(
    BuiltinOperator.CONCATENATION,
    ordered.map(({ tensor }) => tensor),
    shape,
    options,
    `axis ${options.axis}`,
  );
};

export const stridedSlice: Layer = (graph, x) => {
  const { random } = graph;
  const rank = x.shape.length;
  if (rank === 0) return undefined;
  const begin: number[] = [];
  const end: number[] = [];
  const strides: number[] = [];
  const shape: number[] = [];
  const options = new StridedSliceOptionsT();
  const bit = () => 1 << begin.length;
  const push = (from: number, to: number, step: number): void => {
    begin.push(from);
    end.push(to);
    strides.push(step);
  };
  const unusual = !graph.options.peerSafe;
  // Leaving out axes: the last ones by saying nothing, or some by an ellipsis.
  const taken = unusual && random.chance(0.2) ? random.integer(1, rank) : rank;
  const ellipsisAt = unusual && taken < rank && random.chance(0.6) ? random.integer(0, taken) : -1;
  let axis = 0;
  for (let entry = 0; entry <= taken; ++entry) {
    if (entry === ellipsisAt) {
      options.ellipsisMask |= bit();
      push(0, 0, 1);
      for (let left = rank - taken; left > 0; --left) shape.push(x.shape[axis++]);
    }
    if (entry === taken) break;
    if (unusual && rank < 5 && random.chance(0.04)) {
      options.newAxisMask |= bit();
      push(0, 1, 1);
      shape.push(1);
    }
    const size = x.shape[axis++];
    const fromEnd = (index: number) => (random.chance(0.3) ? index - size : index);
    if (random.chance(0.12)) {
      options.shrinkAxisMask |= bit();
      const index = random.integer(0, size - 1);
      push(fromEnd(index), index + 1, 1);
      continue;
    }
    const isBackward = unusual && random.chance(0.12);
    const step = random.pick([1, 1, 1, 2, 3]) * (isBackward ? -1 : 1);
    // From `first`, `count` elements; the end may lie anywhere up to the next element.
    const first = random.chance(0.5) ? (isBackward ? size - 1 : 0) : random.integer(0, size - 1);
    const most = Math.floor((isBackward ? first : size - 1 - first) / Math.abs(step)) + 1;
    const count = random.chance(0.5) ? most : random.integer(1, most);
    const last = first + (count - 1) * step;
    const atEdge = isBackward ? last + step < 0 : last + step >= size;
    const stop = last + Math.sign(step);
    if (atEdge && (random.chance(0.4) || stop < 0)) options.endMask |= bit();
    if (first === (isBackward ? size - 1 : 0) && random.chance(0.4)) options.beginMask |= bit();
    // A masked begin or end is not looked at; an end beyond the axis is cut.
    const written = stop < 0 ? 0 : stop === size ? size + random.integer(0, 2) : fromEnd(stop);
    push(fromEnd(first), written, step);
    shape.push(count);
  }
  shape.push(...x.shape.slice(axis));
  if (shape.length === 0 && graph.options.peerSafe) return undefined;
  const indices = [begin, end, strides].map((list) => graph.addIntegers(list));
  const masks = [
    `begin ${options.beginMask}`,
    `end ${options.endMask}`,
    `ellipsis ${options.ellipsisMask}`,
    `new ${options.newAxisMask}`,
    `shrink ${options.shrinkAxisMask}`,
  ].filter((text) => !text.endsWith(' 0'));
  return graph.addLayer(
    BuiltinOperator.STRIDED_SLICE,
    [x.tensor, ...indices],
    shape,
    options,
    `${begin.join()}:${end.join()}:${strides.join()} masks: ${masks.join(', ') || 'none'}`,
  );
};
