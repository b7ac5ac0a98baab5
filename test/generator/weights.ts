// Random weights, and the ways to store them.

import {
  BuiltinOperator,
  DensifyOptionsT,
  DequantizeOptionsT,
  TensorType,
} from '../../build/schema-ts/tflite.js';
import { numberToHalf } from './float16.js';
import type { Graph } from './graph.js';
import type { WeightStorage } from './options.js';
import type { Random } from './random.js';
import { encodeSparse, type SparseLayout } from './sparse_encoding.js';

function float32Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; ++i) view.setFloat32(4 * i, values[i], true);
  return bytes;
}

function float16Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; ++i) view.setUint16(2 * i, numberToHalf(values[i]), true);
  return bytes;
}

/** Kept away from zero, so that neither half precision nor a product makes a denormal of it. */
export function normalWeight(random: Random, scale: number): number {
  let value = 0;
  while (Math.abs(value) < 0.02) value = random.normal();
  return value * scale;
}

export function randomConstant(random: Random, count: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, () => normalWeight(random, scale));
}

/** A small dense constant (bias, slopes, an operand), in fp32 or as fp16 with DEQUANTIZE. */
export function addDense(graph: Graph, shape: readonly number[], values: Float32Array): number {
  const half = graph.options.storages.includes('fp16') && graph.random.chance(0.2);
  if (!half) return graph.addConstant(TensorType.FLOAT32, shape, float32Bytes(values));
  return dequantized(
    graph,
    shape,
    graph.addConstant(TensorType.FLOAT16, shape, float16Bytes(values)),
  );
}

function dequantized(graph: Graph, shape: readonly number[], source: number): number {
  const tensor = graph.addPrivate(shape);
  const options = graph.random.chance(0.5) ? new DequantizeOptionsT() : null;
  graph.addOperator(BuiltinOperator.DEQUANTIZE, [source], [tensor], options);
  return tensor;
}

/** Which weights are nonzero: by row (first axis), some rows empty, some full. */
function sparsityMask(graph: Graph, shape: readonly number[], density: number): boolean[] {
  const { random } = graph;
  const rows = shape[0];
  const columns = shape.slice(1).reduce((a, b) => a * b, 1);
  const allZero = random.chance(0.03);
  const denseRow = random.chance(0.2) ? random.integer(0, rows - 1) : -1;
  const emptyRows = random.chance(0.3) ? 0.3 : 0;
  const mask: boolean[] = [];
  for (let row = 0; row < rows; ++row) {
    const rowDensity = allZero || random.chance(emptyRows) ? 0 : row === denseRow ? 1 : density;
    for (let i = 0; i < columns; ++i) mask.push(random.chance(rowDensity));
  }
  // A sparse tensor that stores nothing has an empty buffer, like one that is not constant.
  if (graph.options.peerSafe) mask[0] = true;
  return mask;
}

/** Makes whole blocks zero or not, as their first element is. */
function maskBlocks(
  mask: boolean[],
  shape: readonly number[],
  blocks: ReadonlyMap<number, number>,
) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return mask.map((_, i) => {
    let first = i;
    for (const [axis, size] of blocks) {
      first -= ((Math.floor(i / strides[axis]) % shape[axis]) % size) * strides[axis];
    }
    return mask[first];
  });
}

function blocksFor(random: Random, shape: readonly number[]): Map<number, number> | undefined {
  const last = shape.length - 1;
  const candidates = [
    new Map([
      [0, 2],
      [last, 1],
    ]),
    new Map([
      [0, 4],
      [last, 1],
    ]),
    new Map([
      [0, 1],
      [last, 4],
    ]),
    new Map([
      [0, 2],
      [last, 2],
    ]),
    new Map([[0, 2]]),
    new Map([[0, 4]]),
    new Map([[last, 4]]),
    new Map([[last, 2]]),
  ].filter((blocks) => [...blocks].every(([axis, size]) => shape[axis] % size === 0));
  const useful = candidates.filter((blocks) => [...blocks.values()].some((size) => size > 1));
  return useful.length > 0 ? random.pick(useful) : undefined;
}

function layoutFor(
  graph: Graph,
  shape: readonly number[],
  blocks: ReadonlyMap<number, number>,
): SparseLayout {
  const { random } = graph;
  const rank = shape.length;
  const outer = shape.map((_, axis) => axis);
  const inner = [...blocks].map((_, block) => rank + block);
  const unsorted = random.chance(0.25);
  const storedZeros = random.chance(0.1) ? 0.05 : 0;
  const rest = { blocks, unsorted, storedZeros, widerIndices: 0.3 };
  if (graph.options.unusualSparseFormats && random.chance(0.08)) {
    // Rows along another axis, several compressed levels, blocks walked in the other order.
    const sparseLevels = new Set(outer.filter(() => random.chance(0.5)));
    const traversalOrder = [...random.shuffled(outer), ...random.shuffled(inner)];
    return { traversalOrder, sparseLevels, ...rest };
  }
  const sparseLevels = new Set([rank - 1]);
  return { traversalOrder: [...outer, ...inner], sparseLevels, ...rest };
}

/**
 * Adds weights for sums over `terms` products, scaled to keep values of order one, with whatever
 * DENSIFY and DEQUANTIZE their storage needs. Returns the tensor that the layer reads.
 */
export function addWeights(
  graph: Graph,
  shape: readonly number[],
  terms: number,
): { tensor: number; storage: WeightStorage } {
  const { random } = graph;
  let storage = random.pick(graph.options.storages);
  const blocks = storage.startsWith('block') ? blocksFor(random, shape) : new Map<number, number>();
  if (!blocks) storage = storage === 'block' ? 'csr' : 'csr16';

  const isDense = storage === 'fp32' || storage === 'fp16';
  const density = isDense ? 1 : random.pick([0.05, 0.15, 0.3, 0.5, 0.9]);
  const scale = Math.sqrt(1.5 / Math.max(1, terms * density));
  const count = shape.reduce((a, b) => a * b, 1);
  const values = randomConstant(random, count, scale);
  if (!isDense) {
    const mask = sparsityMask(graph, shape, density);
    const blockMask = blocks && blocks.size > 0 ? maskBlocks(mask, shape, blocks) : mask;
    for (let i = 0; i < count; ++i) if (!blockMask[i]) values[i] = 0;
  }

  switch (storage) {
    case 'fp32':
    case 'zeros':
      return {
        tensor: graph.addConstant(TensorType.FLOAT32, shape, float32Bytes(values)),
        storage,
      };
    case 'fp16': {
      const source = graph.addConstant(TensorType.FLOAT16, shape, float16Bytes(values));
      return { tensor: dequantized(graph, shape, source), storage };
    }
    default: {
      const layout = layoutFor(graph, shape, blocks ?? new Map());
      const { parameters, values: stored } = encodeSparse(values, shape, layout, random);
      const half = storage.endsWith('16');
      const type = half ? TensorType.FLOAT16 : TensorType.FLOAT32;
      const bytes = half ? float16Bytes(stored) : float32Bytes(stored);
      const source = graph.addConstant(type, shape, bytes, parameters);
      const dense = graph.addPrivate(shape);
      graph.model.graph.tensors[dense].type = type;
      const options = random.chance(0.5) ? new DensifyOptionsT() : null;
      graph.addOperator(BuiltinOperator.DENSIFY, [source], [dense], options);
      return { tensor: half ? dequantized(graph, shape, dense) : dense, storage };
    }
  }
}
