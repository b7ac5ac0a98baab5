// Random layers with weights: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED.

import {
  ActivationFunctionType as Activation,
  BuiltinOperator,
  Conv2DOptionsT,
  DepthwiseConv2DOptionsT,
  FullyConnectedOptionsT,
  Padding,
} from '../../build/schema-ts/tflite.js';
import type { Feature, Graph } from './graph.js';
import {
  channelCounts,
  type Layer,
  mostChannels,
  randomActivation,
  randomBias,
  randomChannels,
  randomWindow,
  spend,
  type Window,
  weightsFor,
  windowNote,
} from './layer_parts.js';

/** Of a fully connected layer. */
const kMostWeights = 60_000;

export interface ConvolutionWishes {
  readonly channels?: number;
  readonly kernels?: readonly number[];
  readonly activation?: Activation;
  /** Keep height and width. */
  readonly keepSize?: boolean;
}

/** A random window; one that leaves the map's size as it is, where that is wished. */
function windowFor(
  graph: Graph,
  { shape }: Feature,
  kernels: readonly number[],
  { keepSize }: { keepSize?: boolean },
): Window {
  const window = randomWindow(graph, shape, kernels, true);
  if (!keepSize) return window;
  const same = (count: number, kernel: number) => ({ kernel, stride: 1, dilation: 1, count });
  return {
    rows: same(shape[1], window.rows.kernel),
    columns: same(shape[2], window.columns.kernel),
    padding: Padding.SAME,
  };
}

export function convolution(
  graph: Graph,
  x: Feature,
  wishes: ConvolutionWishes = {},
): Feature | undefined {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const [batches, , , inputs] = x.shape;
  const kernels = wishes.kernels ?? [1, 1, 1, 2, 3, 3, 5, 7];
  const window = windowFor(graph, x, kernels, wishes);
  const { rows, columns, padding } = window;
  const divisors = [2, 3, 4, 5, 7, 8].filter((n) => inputs % n === 0);
  const groups =
    !wishes.channels && divisors.length > 0 && random.chance(0.12) ? random.pick(divisors) : 1;

  const terms = rows.kernel * columns.kernel * (inputs / groups);
  // Repeating an earlier layer's filter gives shared weights a chance.
  const earlier = graph.weights.filter(
    ({ operator, shape }) =>
      operator === BuiltinOperator.CONV_2D &&
      shape[1] === rows.kernel &&
      shape[2] === columns.kernel &&
      shape[3] === inputs / groups &&
      shape[0] % groups === 0,
  );
  let outputs = wishes.channels ?? randomChannels(graph) * groups;
  if (!wishes.channels && earlier.length > 0 && random.chance(0.5)) {
    outputs = random.pick(earlier).shape[0];
  }
  const shape = [batches, rows.count, columns.count, outputs];
  if (outputs > mostChannels(graph) || !spend(graph, shape, terms)) return undefined;

  const filterShape = [outputs, rows.kernel, columns.kernel, inputs / groups];
  const filter = weightsFor(graph, BuiltinOperator.CONV_2D, filterShape, terms);
  const bias = randomBias(graph, outputs);
  const activation = wishes.activation ?? randomActivation(graph);
  const options = new Conv2DOptionsT(
    padding,
    columns.stride,
    rows.stride,
    activation,
    columns.dilation,
    rows.dilation,
  );
  const note = `${windowNote(window)} ${filter.note} ${Activation[activation]}${groups > 1 ? ` groups ${groups}` : ''}`;
  return graph.addLayer(
    BuiltinOperator.CONV_2D,
    [x.tensor, filter.tensor, ...bias],
    shape,
    options,
    note,
  );
}

export function depthwiseConvolution(
  graph: Graph,
  x: Feature,
  wishes: { keepSize?: boolean } = {},
): Feature | undefined {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const [batches, , , inputs] = x.shape;
  const kernels = [1, 2, 3, 3, 3, 3, 4, 5, 5, 7];
  const window = windowFor(graph, x, kernels, wishes);
  const { rows, columns, padding } = window;
  const multiplier =
    !wishes.keepSize && random.chance(inputs === 1 ? 0.5 : 0.15) ? random.integer(2, 4) : 1;
  const outputs = inputs * multiplier;
  const terms = rows.kernel * columns.kernel;
  const shape = [batches, rows.count, columns.count, outputs];
  if (outputs > mostChannels(graph) || !spend(graph, shape, terms)) return undefined;

  const filterShape = [1, rows.kernel, columns.kernel, outputs];
  const filter = weightsFor(graph, BuiltinOperator.DEPTHWISE_CONV_2D, filterShape, terms);
  const activation = randomActivation(graph);
  const options = new DepthwiseConv2DOptionsT(
    padding,
    columns.stride,
    rows.stride,
    multiplier,
    activation,
    columns.dilation,
    rows.dilation,
  );
  return graph.addLayer(
    BuiltinOperator.DEPTHWISE_CONV_2D,
    [x.tensor, filter.tensor, ...randomBias(graph, outputs)],
    shape,
    options,
    `${windowNote(window)} x${multiplier} ${filter.note} ${Activation[activation]}`,
  );
}

export const fullyConnected: Layer = (graph, x) => {
  const { random } = graph;
  if (x.shape.length === 0) return undefined;
  const elements = x.shape.reduce((a, b) => a * b, 1);
  const keepNumDims = random.chance(0.3);
  // Without keep_num_dims all axes but the batch are usually flattened into one.
  const inputs =
    keepNumDims || random.chance(0.3) ? x.shape[x.shape.length - 1] : elements / x.shape[0];
  const outputs =
    graph.options.sizes === 'large'
      ? randomChannels(graph)
      : random.pick([...channelCounts, 63, 64, 65]);
  const rows = elements / inputs;
  const shape = keepNumDims ? [...x.shape.slice(0, -1), outputs] : [rows, outputs];
  if (inputs * outputs > kMostWeights || !spend(graph, shape, inputs)) return undefined;
  const filter = weightsFor(graph, BuiltinOperator.FULLY_CONNECTED, [outputs, inputs], inputs);
  const activation = randomActivation(graph);
  const options = new FullyConnectedOptionsT(activation);
  options.keepNumDims = keepNumDims;
  return graph.addLayer(
    BuiltinOperator.FULLY_CONNECTED,
    [x.tensor, filter.tensor, ...randomBias(graph, outputs)],
    shape,
    options,
    `${filter.note} ${Activation[activation]}${keepNumDims ? ' keep_num_dims' : ''}`,
  );
};
