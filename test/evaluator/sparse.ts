// Expands a sparse tensor: the format is a tree, one level per axis (and per block axis), see
// src/tflite/schema.fbs. This walks it in the most general form: any traversal order, any mix of
// DENSE and SPARSE_CSR levels, any blocks.

import type { Shape } from './value.js';
import { elementCount, stridesOf } from './value.js';

export type SparseLevel =
  | { readonly kind: 'dense'; readonly size: number }
  | {
      readonly kind: 'csr';
      readonly segments: readonly number[];
      readonly indices: readonly number[];
    };

export interface SparseFormat {
  /** Axis of each level; numbers from the rank up are block axes. */
  readonly traversalOrder: readonly number[];
  /** The tensor axis that each block axis subdivides. */
  readonly blockMap: readonly number[];
  /** In the order of the traversal. */
  readonly levels: readonly SparseLevel[];
}

export function expandSparse(
  shape: Shape,
  format: SparseFormat,
  stored: Float64Array,
): Float64Array {
  const rank = shape.length;
  const { traversalOrder, blockMap, levels } = format;
  if (levels.length !== rank + blockMap.length || traversalOrder.length !== levels.length) {
    throw new Error(`sparse tensor of rank ${rank}: ${levels.length} levels`);
  }

  const blockSize = blockMap.map((_, block) => {
    const level = levels[traversalOrder.indexOf(rank + block)];
    if (level?.kind !== 'dense') throw new Error('a block axis must be dense');
    return level.size;
  });

  // How far one step along each axis moves in the dense tensor. Along a tensor axis that is cut
  // into blocks, an index counts whole blocks.
  const strides = stridesOf(shape);
  const step = [...strides, ...blockMap.map((axis) => strides[axis])];
  blockMap.forEach((axis, block) => {
    step[axis] *= blockSize[block];
  });

  const dense = new Float64Array(elementCount(shape));
  let next = 0;
  const visit = (depth: number, node: number, place: number): void => {
    if (depth === levels.length) {
      if (place >= dense.length || next >= stored.length) throw new Error('sparse index too large');
      dense[place] = stored[next++];
      return;
    }
    const level = levels[depth];
    const axisStep = step[traversalOrder[depth]];
    if (level.kind === 'dense') {
      for (let i = 0; i < level.size; ++i)
        visit(depth + 1, node * level.size + i, place + i * axisStep);
    } else {
      for (let j = level.segments[node]; j < level.segments[node + 1]; ++j) {
        visit(depth + 1, j, place + level.indices[j] * axisStep);
      }
    }
  };
  visit(0, 0, 0);
  if (next !== stored.length) throw new Error(`${stored.length} stored values, ${next} places`);
  return dense;
}
