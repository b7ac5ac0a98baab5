// Dense array to the sparse format of a .tflite tensor, in all the spellings a reader must take:
// any traversal order, blocks, index vectors of 8, 16 or 32 bits, indices in any order, stored
// zeros. The format itself is described in src/tflite/schema.fbs.

import {
  DimensionMetadataT,
  DimensionType,
  Int32VectorT,
  SparseIndexVector,
  SparsityParametersT,
  Uint8VectorT,
  Uint16VectorT,
} from '../../build/schema-ts/tflite.js';
import type { Random } from './random.js';

export interface SparseLayout {
  /** Which axis each level walks; numbers from the rank up are block axes. */
  readonly traversalOrder: readonly number[];
  /** Tensor axis → block size along it; empty for plain CSR. */
  readonly blocks: ReadonlyMap<number, number>;
  /** Levels that are SPARSE_CSR, by number. */
  readonly sparseLevels: ReadonlySet<number>;
  /** Shuffle the indices of a row. */
  readonly unsorted: boolean;
  /** How likely a zero is stored like a nonzero. */
  readonly storedZeros: number;
  /** How likely an index vector has more bits than it needs. */
  readonly widerIndices: number;
}

export interface EncodedSparse {
  readonly parameters: SparsityParametersT;
  readonly values: number[];
}

/** The numbers in as few bits as they need, or, with a probability of `wider`, in more. */
function indexVector(
  numbers: readonly number[],
  wider: number,
  random: Random,
): [SparseIndexVector, unknown] {
  const largest = numbers.reduce((a, b) => Math.max(a, b), 0);
  const widths = [8, 16, 32].filter((bits) => largest < 2 ** bits);
  const bits = random.chance(1 - wider) ? widths[0] : random.pick(widths);
  if (bits === 8) return [SparseIndexVector.Uint8Vector, new Uint8VectorT([...numbers])];
  if (bits === 16) return [SparseIndexVector.Uint16Vector, new Uint16VectorT([...numbers])];
  return [SparseIndexVector.Int32Vector, new Int32VectorT([...numbers])];
}

export function encodeSparse(
  dense: Float32Array,
  shape: readonly number[],
  layout: SparseLayout,
  random: Random,
): EncodedSparse {
  const blockAxes = [...layout.blocks.keys()].sort((a, b) => a - b);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

  // Size and step of every axis, the block axes after the tensor's own.
  const sizes = [...shape];
  const steps = [...strides];
  for (const axis of blockAxes) {
    const block = layout.blocks.get(axis) ?? 1;
    sizes.push(block);
    steps.push(strides[axis]);
    sizes[axis] /= block;
    steps[axis] *= block;
  }

  const order = layout.traversalOrder;
  const segments = order.map(() => [0]);
  const indices = order.map((): number[] => []);
  const values: number[] = [];

  const holdsNonzero = (level: number, place: number): boolean => {
    if (level === order.length) return dense[place] !== 0;
    for (let i = 0; i < sizes[order[level]]; ++i) {
      if (holdsNonzero(level + 1, place + i * steps[order[level]])) return true;
    }
    return false;
  };
  const visit = (level: number, place: number): void => {
    if (level === order.length) {
      values.push(dense[place]);
      return;
    }
    const axis = order[level];
    const children = Array.from({ length: sizes[axis] }, (_, i) => i);
    if (!layout.sparseLevels.has(level)) {
      for (const i of children) visit(level + 1, place + i * steps[axis]);
      return;
    }
    const present = children.filter(
      (i) => holdsNonzero(level + 1, place + i * steps[axis]) || random.chance(layout.storedZeros),
    );
    for (const i of layout.unsorted ? random.shuffled(present) : present) {
      indices[level].push(i);
      visit(level + 1, place + i * steps[axis]);
    }
    segments[level].push(indices[level].length);
  };
  visit(0, 0);

  const metadata = order.map((axis, level) => {
    if (!layout.sparseLevels.has(level)) {
      return new DimensionMetadataT(DimensionType.DENSE, sizes[axis]);
    }
    const [segmentType, segmentVector] = indexVector(segments[level], layout.widerIndices, random);
    const [indexType, vector] = indexVector(indices[level], layout.widerIndices, random);
    return new DimensionMetadataT(
      DimensionType.SPARSE_CSR,
      0,
      segmentType,
      segmentVector as Int32VectorT,
      indexType,
      vector as Int32VectorT,
    );
  });
  const parameters = new SparsityParametersT([...order], blockAxes, metadata);
  return { parameters, values };
}
