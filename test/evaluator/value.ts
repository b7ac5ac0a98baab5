// What flows between operators: an array of doubles in row-major order with its shape.
//
// Every number of a model (weights, feature maps, integer shape tensors) becomes a double, which
// holds float32, float16 and int32 exactly. Beside the values there may run an estimate of the
// rounding error that a float32 engine makes (error_bound.ts); absent means "exact", as it is for
// constants and inputs.

export type Shape = readonly number[];

export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
  /** One standard deviation of a float32 engine's rounding error, per element. */
  readonly error?: Float64Array;
}

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Elements from one index to the next, per axis, in row-major order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; --axis) {
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Axis numbers may count from the end. */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (resolved < 0 || resolved >= rank) throw new Error(`axis ${axis} of a rank-${rank} tensor`);
  return resolved;
}

/**
 * For each element of a `shape`, in row-major order, the sum over all axes of index × stride,
 * plus `start`. With the right strides this describes a broadcast (stride 0), a transposition, a
 * slice (start, negative strides) and so on.
 */
export function walk(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const places = new Int32Array(elementCount(shape));
  const index = new Array<number>(shape.length).fill(0);
  let place = start;
  for (let i = 0; i < places.length; ++i) {
    places[i] = place;
    for (let axis = shape.length - 1; axis >= 0; --axis) {
      place += strides[axis];
      if (++index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return places;
}

/**
 * A tensor whose element i is element `sources[i]` of `value`, or `fill` where that is negative:
 * every operator that only moves data. Values are moved exactly, and their errors with them.
 */
export function rearrange(value: Value, shape: Shape, sources: Int32Array, fill = 0): Value {
  const move = (from: Float64Array, missing: number): Float64Array => {
    const to = new Float64Array(sources.length);
    for (let i = 0; i < to.length; ++i) to[i] = sources[i] < 0 ? missing : from[sources[i]];
    return to;
  };
  return {
    shape,
    data: move(value.data, fill),
    ...(value.error && { error: move(value.error, 0) }),
  };
}
