// Operators that give the elements another place: shapes, axes, blocks, borders, joining.

import {
  ConcatenationOptionsT,
  DepthToSpaceOptionsT,
  ReshapeOptionsT,
  SpaceToDepthOptionsT,
  SqueezeOptionsT,
} from '../../build/schema-ts/tflite.js';
import { applyFused } from './activation.js';
import {
  type Call,
  input,
  integers,
  type Operator,
  optionalInput,
  optionsOf,
  requireRank,
} from './operator.js';
import {
  elementCount,
  rearrange,
  resolveAxis,
  type Shape,
  shapeText,
  stridesOf,
  type Value,
  walk,
} from './value.js';

function reshaped(value: Value, shape: Shape): Value {
  if (elementCount(shape) !== value.data.length) {
    throw new Error(`${shapeText(value.shape)} as ${shapeText(shape)}`);
  }
  return { ...value, shape };
}

// The shape is the second input where there is one, else an option; one size may be -1.
const reshape: Operator = (call) => {
  const x = input(call, 0);
  const given = optionalInput(call, 1);
  const wanted = given ? integers(given) : optionsOf(call, ReshapeOptionsT).newShape;
  const known = elementCount(wanted.filter((size) => size !== -1));
  const shape = wanted.map((size) => (size === -1 ? x.data.length / known : size));
  return [reshaped(x, shape)];
};

const squeeze: Operator = (call) => {
  const x = input(call, 0);
  const { squeezeDims } = optionsOf(call, SqueezeOptionsT);
  const axes = new Set(squeezeDims.map((axis) => resolveAxis(axis, x.shape.length)));
  const isDropped = (size: number, axis: number): boolean =>
    axes.size === 0 ? size === 1 : axes.has(axis);
  return [
    reshaped(
      x,
      x.shape.filter((size, axis) => !isDropped(size, axis)),
    ),
  ];
};

const expandDims: Operator = (call) => {
  const x = input(call, 0);
  const axis = resolveAxis(integers(input(call, 1))[0], x.shape.length + 1);
  return [reshaped(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)])];
};

const transpose: Operator = (call) => {
  const x = input(call, 0);
  const order = integers(input(call, 1)).map((axis) => resolveAxis(axis, x.shape.length));
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]);
  return [
    rearrange(
      x,
      shape,
      walk(
        shape,
        order.map((axis) => strides[axis]),
      ),
    ),
  ];
};

// Two numbers per axis: elements to add before and after.
const pad: Operator = (call: Call) => {
  const x = input(call, 0);
  const amounts = integers(input(call, 1));
  const fill = optionalInput(call, 2)?.data[0] ?? 0;
  const shape = x.shape.map((size, axis) => amounts[2 * axis] + size + amounts[2 * axis + 1]);
  const strides = stridesOf(shape);
  const corner = strides.reduce((place, stride, axis) => place + stride * amounts[2 * axis], 0);
  const sources = new Int32Array(elementCount(shape)).fill(-1);
  walk(x.shape, strides, corner).forEach((place, i) => {
    sources[place] = i;
  });
  return [rearrange(x, shape, sources, fill)];
};

const concatenation: Operator = (call) => {
  const parts = call.inputs.map((_, index) => input(call, index));
  const options = optionsOf(call, ConcatenationOptionsT);
  const axis = resolveAxis(options.axis, parts[0].shape.length);
  const shape = [...parts[0].shape];
  shape[axis] = parts.reduce((size, part) => size + part.shape[axis], 0);
  const strides = stridesOf(shape);
  const data = new Float64Array(elementCount(shape));
  const error = call.withError ? new Float64Array(data.length) : undefined;
  let start = 0;
  for (const part of parts) {
    if (part.shape.some((size, other) => other !== axis && size !== shape[other])) {
      throw new Error(`${shapeText(part.shape)} beside ${shapeText(parts[0].shape)}`);
    }
    walk(part.shape, strides, start).forEach((place, i) => {
      data[place] = part.data[i];
      if (error && part.error) error[place] = part.error[i];
    });
    start += part.shape[axis] * strides[axis];
  }
  const joined = { shape, data, ...(error && { error }) };
  return [applyFused(joined, options.fusedActivationFunction, call.withError)];
};

// A block of b × b pixels and c channels on one side is one pixel of b·b·c channels on the other,
// ordered row of the block, column of the block, channel. Both directions enumerate the elements
// of the coarse tensor; the strides say where each of them is in the fine one.
function blockPlaces(batches: number, height: number, width: number, block: number, depth: number) {
  const fine = stridesOf([batches, height * block, width * block, depth]);
  return walk(
    [batches, height, width, block, block, depth],
    [fine[0], block * fine[1], block * fine[2], fine[1], fine[2], fine[3]],
  );
}

const depthToSpace: Operator = (call) => {
  const x = input(call, 0);
  requireRank(x, 4);
  const { blockSize } = optionsOf(call, DepthToSpaceOptionsT);
  const [batches, height, width, channels] = x.shape;
  const depth = channels / blockSize ** 2;
  if (!Number.isInteger(depth)) throw new Error(`${channels} channels, blocks of ${blockSize}`);
  const sources = new Int32Array(x.data.length);
  blockPlaces(batches, height, width, blockSize, depth).forEach((place, i) => {
    sources[place] = i;
  });
  return [rearrange(x, [batches, height * blockSize, width * blockSize, depth], sources)];
};

const spaceToDepth: Operator = (call) => {
  const x = input(call, 0);
  requireRank(x, 4);
  const { blockSize } = optionsOf(call, SpaceToDepthOptionsT);
  const [batches, height, width, depth] = x.shape;
  const shape = [batches, height / blockSize, width / blockSize, depth * blockSize ** 2];
  if (!shape.every(Number.isInteger)) throw new Error(`${shapeText(x.shape)} in ${blockSize}s`);
  return [rearrange(x, shape, blockPlaces(batches, shape[1], shape[2], blockSize, depth))];
};

/** DENSIFY and DEQUANTIZE of fp16: constants were made dense doubles when they were read. */
const identity: Operator = (call) => [input(call, 0)];

export const movementOperators = {
  RESHAPE: reshape,
  SQUEEZE: squeeze,
  EXPAND_DIMS: expandDims,
  TRANSPOSE: transpose,
  PAD: pad,
  PADV2: pad,
  CONCATENATION: concatenation,
  DEPTH_TO_SPACE: depthToSpace,
  SPACE_TO_DEPTH: spaceToDepth,
  DENSIFY: identity,
  DEQUANTIZE: identity,
} satisfies Record<string, Operator>;
