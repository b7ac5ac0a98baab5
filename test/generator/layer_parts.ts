// What the layers that slide windows or multiply weights have in common: windows, biases, weights,
// fused activations, and the budget.

import {
  ActivationFunctionType as Activation,
  type BuiltinOperator,
  Padding,
} from '../../build/schema-ts/tflite.js';
import { type Feature, type Graph, isSmall } from './graph.js';
import { addDense, addWeights, randomConstant } from './weights.js';

/**
 * Appends one operator (or a block of them) that reads `x`, and returns its result; undefined where
 * it does not fit (wrong rank, too much computation).
 */
export type Layer = (graph: Graph, x: Feature) => Feature | undefined;

/** Around the tiles of the kernels, and one less, and one more. */
export const channelCounts = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33];

const wideChannelCounts = [47, 48, 63, 64, 65, 95, 96, 127, 128, 130, 200, 256];

export function randomChannels({ random, options }: Graph): number {
  const isWide = options.sizes === 'large' && random.chance(0.7);
  return random.pick(isWide ? wideChannelCounts : channelCounts);
}

/** Channels that a map may have. */
export function mostChannels({ options }: Graph): number {
  return options.sizes === 'large' ? 256 : 64;
}

export function randomActivation(graph: Graph): Activation {
  const { random } = graph;
  const common = [Activation.NONE, Activation.NONE, Activation.RELU, Activation.RELU6];
  const rare = [Activation.RELU_N1_TO_1, Activation.TANH, Activation.SIGN_BIT];
  if (random.chance(0.9)) return random.pick(common);
  return graph.options.peerSafe ? Activation.RELU_N1_TO_1 : random.pick(rare);
}

/** Bias tensor, or what stands for a missing one: -1, or no third input. */
export function randomBias(graph: Graph, channels: number): number[] {
  const { random } = graph;
  if (!graph.options.peerSafe && random.chance(0.15)) return random.chance(0.5) ? [-1] : [];
  return [addDense(graph, [channels], randomConstant(random, channels, 0.3))];
}

export interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly count: number;
}

export interface Window {
  readonly rows: Axis;
  readonly columns: Axis;
  readonly padding: Padding;
}

/** A window that fits, described for the log; `usual` sizes most of the time. */
export function randomWindow(
  graph: Graph,
  shape: readonly number[],
  kernels: readonly number[],
  allowDilation: boolean,
): Window {
  const { random } = graph;
  const padding = random.chance(0.65) ? Padding.SAME : Padding.VALID;
  const isSquare = random.chance(0.75);
  const draw = () => ({
    kernel: random.pick(kernels),
    stride: random.pick([1, 1, 1, 2, 2, 3]),
    dilation: allowDilation && random.chance(0.12) ? random.integer(2, 3) : 1,
  });
  const first = draw();
  const second = isSquare ? first : draw();
  const fit = (size: number, { kernel, stride, dilation }: ReturnType<typeof draw>): Axis => {
    if (padding === Padding.SAME)
      return { kernel, stride, dilation, count: Math.ceil(size / stride) };
    while ((kernel - 1) * dilation + 1 > size) {
      if (dilation > 1) --dilation;
      else --kernel;
    }
    const reach = (kernel - 1) * dilation + 1;
    return { kernel, stride, dilation, count: Math.floor((size - reach) / stride) + 1 };
  };
  return { rows: fit(shape[1], first), columns: fit(shape[2], second), padding };
}

export function windowNote({ rows, columns, padding }: Window): string {
  const axis = (a: Axis, b: Axis, key: 'kernel' | 'stride' | 'dilation') => `${a[key]}x${b[key]}`;
  const dilation = axis(rows, columns, 'dilation');
  return (
    `k${axis(rows, columns, 'kernel')} s${axis(rows, columns, 'stride')} ${Padding[padding]}` +
    (dilation === '1x1' ? '' : ` d${dilation}`)
  );
}

/** Whether a result of that shape, with so many products per element, is affordable; then pays. */
export function spend(graph: Graph, shape: readonly number[], terms: number): boolean {
  const multiplyAdds = shape.reduce((a, b) => a * b, 1) * terms;
  if (!isSmall(shape) || multiplyAdds > graph.multiplyAdds) return false;
  graph.multiplyAdds -= multiplyAdds;
  return true;
}

/** Weights of that shape for that operator: new ones, or those of an earlier layer. */
export function weightsFor(
  graph: Graph,
  operator: BuiltinOperator,
  shape: readonly number[],
  terms: number,
): { tensor: number; note: string } {
  const same = graph.weights.filter(
    (known) => known.operator === operator && known.shape.join() === shape.join(),
  );
  if (same.length > 0 && graph.random.chance(0.5)) {
    return { tensor: graph.random.pick(same).tensor, note: 'shared' };
  }
  const { tensor, storage } = addWeights(graph, shape, terms);
  graph.weights.push({ tensor, shape, operator });
  return { tensor, note: storage };
}
