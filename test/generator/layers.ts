// All layers by name with their likelihoods, and the blocks that real nets are made of.

import {
  ActivationFunctionType as Activation,
  BuiltinOperator,
} from '../../build/schema-ts/tflite.js';
import type { Feature, Graph } from './graph.js';
import type { Layer } from './layer_parts.js';
import { convolution, depthwiseConvolution, fullyConnected } from './layers_convolution.js';
import {
  add,
  combine,
  hardSwish,
  logistic,
  multiply,
  prelu,
  relu,
  relu6,
} from './layers_elementwise.js';
import { concatenation, depthToSpace, pad, reshape, stridedSlice } from './layers_movement.js';
import { averagePool, globalMean, maxPool, mean, resizeBilinear } from './layers_pooling.js';
import { convolution2DTransposeBias, transposeConvolution } from './layers_transpose.js';

/** Convolution, activation of its own kind, convolution back, added to the input. */
const residual: Layer = (graph, x) => {
  if (x.shape.length !== 4) return undefined;
  const first = convolution(graph, x, { keepSize: true });
  const activated = first && graph.random.pick([prelu, relu, hardSwish])(graph, first);
  const channels = x.shape[3];
  const second =
    activated &&
    convolution(graph, activated, { channels, keepSize: true, activation: Activation.NONE });
  return second && combine(graph, BuiltinOperator.ADD, x, second);
};

/** Widen by 1×1, depthwise, narrow by 1×1, add: MobileNetV2's block. */
const invertedResidual: Layer = (graph, x) => {
  if (x.shape.length !== 4) return undefined;
  const wide = convolution(graph, x, { kernels: [1], keepSize: true });
  const filtered = wide && depthwiseConvolution(graph, wide, { keepSize: true });
  const channels = x.shape[3];
  const narrow =
    filtered &&
    convolution(graph, filtered, {
      channels,
      kernels: [1],
      keepSize: true,
      activation: Activation.NONE,
    });
  return narrow && combine(graph, BuiltinOperator.ADD, narrow, x, Activation.NONE);
};

/** A factor per channel, computed from the whole map: MobileNetV3's block. */
const squeezeExcite: Layer = (graph, x) => {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const channels = x.shape[3];
  const squeezed = random.chance(0.7) ? globalMean(graph, x) : averagePool(graph, x);
  if (squeezed?.shape[1] !== 1 || squeezed.shape[2] !== 1) return undefined;
  const hidden = convolution(graph, squeezed, { kernels: [1], keepSize: true });
  const excited =
    hidden &&
    convolution(graph, hidden, {
      channels,
      kernels: [1],
      keepSize: true,
      activation: Activation.NONE,
    });
  const factor = excited && random.pick([logistic, logistic, relu6, hardSwish])(graph, excited);
  if (!factor) return undefined;
  const [a, b] = random.chance(0.5) ? [x, factor] : [factor, x];
  return combine(graph, BuiltinOperator.MUL, a, b, Activation.NONE);
};

/** A 1×1 convolution of an enlarged map, added to another one where there is one: a decoder. */
const upsample: Layer = (graph, x) => {
  const { random } = graph;
  const large = resizeBilinear(graph, x);
  const activation = random.chance(0.6) ? { activation: Activation.NONE } : {};
  const mixed = large && convolution(graph, large, { kernels: [1], keepSize: true, ...activation });
  if (!mixed) return undefined;
  const [, height, width, channels] = mixed.shape;
  let skip = graph.features.find(
    (feature) => feature !== mixed && feature.shape.join() === mixed.shape.join(),
  );
  if (!skip && random.chance(0.5)) {
    const other = resizeBilinear(graph, x, [height, width]);
    const wishes = { channels, kernels: [1], keepSize: true, activation: Activation.NONE };
    skip = other && convolution(graph, other, wishes);
  }
  return skip ? combine(graph, BuiltinOperator.ADD, mixed, skip) : mixed;
};

export interface LayerKind {
  readonly layer: Layer;
  readonly likelihood: number;
  /** Operators that it may use, weights' own excepted. */
  readonly operators: readonly string[];
}

function kind(layer: Layer, likelihood: number, ...operators: string[]): LayerKind {
  return { layer, likelihood, operators };
}

export const layerKinds: readonly LayerKind[] = [
  kind((graph, x) => convolution(graph, x), 20, 'CONV_2D'),
  kind((graph, x) => depthwiseConvolution(graph, x), 12, 'DEPTHWISE_CONV_2D'),
  kind(transposeConvolution, 3, 'TRANSPOSE_CONV'),
  kind(convolution2DTransposeBias, 3, 'Convolution2DTransposeBias'),
  kind(fullyConnected, 4, 'FULLY_CONNECTED'),
  kind(add, 6, 'ADD', 'CONV_2D'),
  kind(multiply, 6, 'MUL', 'CONV_2D'),
  kind(relu, 2, 'RELU'),
  kind(relu6, 2, 'RELU6'),
  kind(prelu, 4, 'PRELU'),
  kind(hardSwish, 3, 'HARD_SWISH'),
  kind(logistic, 2, 'LOGISTIC'),
  kind(maxPool, 4, 'MAX_POOL_2D'),
  kind(averagePool, 4, 'AVERAGE_POOL_2D'),
  kind(mean, 4, 'MEAN'),
  kind(pad, 4, 'PAD'),
  kind((graph, x) => resizeBilinear(graph, x), 4, 'RESIZE_BILINEAR'),
  kind(depthToSpace, 7, 'DEPTH_TO_SPACE'),
  kind(reshape, 4, 'RESHAPE'),
  kind(concatenation, 5, 'CONCATENATION'),
  kind(stridedSlice, 4, 'STRIDED_SLICE'),
  kind(residual, 5, 'CONV_2D', 'PRELU', 'RELU', 'HARD_SWISH', 'ADD'),
  kind(invertedResidual, 6, 'CONV_2D', 'DEPTHWISE_CONV_2D', 'ADD'),
  kind(
    squeezeExcite,
    5,
    ...['MEAN', 'AVERAGE_POOL_2D', 'CONV_2D', 'LOGISTIC', 'RELU6', 'HARD_SWISH', 'MUL'],
  ),
  kind(upsample, 6, 'RESIZE_BILINEAR', 'CONV_2D', 'ADD'),
];

/** The result of a layer that a named list of operators allows, or undefined. */
export function randomLayer(graph: Graph, x: Feature): Feature | undefined {
  const allowed = layerKinds.filter(
    ({ operators }) => !operators.some((name) => graph.options.without.includes(name)),
  );
  const weights = Object.fromEntries(allowed.map(({ likelihood }, i) => [String(i), likelihood]));
  return allowed[Number(graph.random.weighted(weights))].layer(graph, x);
}
