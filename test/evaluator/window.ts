// Where a sliding window stands, along one axis: shared by convolutions and pooling.

import { Padding } from '../../build/schema-ts/tflite.js';

export interface Window {
  /** Window positions, the output's size. */
  readonly count: number;
  /** Elements by which the first window stands before the input's first element. */
  readonly before: number;
}

/**
 * SAME: as many positions as strides fit into the input; what the windows then stick out is split
 * between both ends, the odd element going to the far end. VALID: windows that lie fully inside.
 */
export function slidingWindow(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: Padding,
): Window {
  if (!(stride >= 1 && dilation >= 1 && kernel >= 1)) {
    throw new Error(`kernel ${kernel}, stride ${stride}, dilation ${dilation}`);
  }
  const reach = (kernel - 1) * dilation + 1;
  if (padding === Padding.VALID) {
    const count = Math.floor((size - reach) / stride) + 1;
    if (count < 1) throw new Error(`a window of ${reach} in an axis of ${size}`);
    return { count, before: 0 };
  }
  const count = Math.ceil(size / stride);
  const excess = (count - 1) * stride + reach - size;
  return { count, before: Math.max(0, Math.floor(excess / 2)) };
}
