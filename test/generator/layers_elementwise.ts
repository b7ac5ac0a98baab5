// Random element-by-element layers: ADD and MUL with every kind of second operand, PRELU, and the
// functions of one variable.

import {
  ActivationFunctionType as Activation,
  AddOptionsT,
  BuiltinOperator,
  HardSwishOptionsT,
  MulOptionsT,
} from '../../build/schema-ts/tflite.js';
import { type Feature, type Graph, isSmall } from './graph.js';
import { type Layer, randomActivation } from './layer_parts.js';
import { convolution } from './layers_convolution.js';
import { addDense, randomConstant } from './weights.js';

function broadcast(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 1; axis <= rank; ++axis) {
    const sizeA = a[a.length - axis] ?? 1;
    const sizeB = b[b.length - axis] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) return undefined;
    shape.unshift(sizeA === 1 ? sizeB : sizeA);
  }
  return shape;
}

/** Shapes that broadcast against `shape`: scalars, per channel, per pixel, lower ranks, all of it. */
function operandShape(graph: Graph, shape: readonly number[]): number[] {
  const { random } = graph;
  const rank = shape.length;
  const channels = shape[rank - 1] ?? 1;
  const ones = (count: number) => new Array<number>(count).fill(1);
  return random.pick([
    [],
    [1],
    ones(rank),
    [channels],
    [...ones(Math.max(0, rank - 1)), channels],
    [...ones(Math.max(0, rank - 1)), channels],
    // Per pixel, per row, per column.
    [...shape.slice(0, -1), 1],
    shape.map((size, axis) => (axis === rank - 3 ? size : 1)),
    shape.map((size, axis) => (axis === rank - 2 ? size : 1)),
    // Lower rank.
    shape.slice(Math.min(rank, random.integer(0, Math.max(0, rank - 1)))),
    [...shape],
    shape.map((size) => (random.chance(0.5) ? size : 1)),
  ]);
}

/** The other operand: an earlier map, a map made for the purpose, or a constant. */
function otherOperand(graph: Graph, x: Feature): Feature | undefined {
  const { random } = graph;
  const fitting = graph.features.filter((feature) => broadcast(feature.shape, x.shape));
  const kind = random.weighted({ earlier: 5, gate: 2, constant: 5 });
  if (kind === 'earlier') return random.pick(fitting);
  if (kind === 'gate' && x.shape.length === 4) {
    // One value per pixel.
    const gate = convolution(graph, x, { channels: 1, kernels: [1, 3], keepSize: true });
    if (gate) return gate;
  }
  let shape = operandShape(graph, x.shape);
  if (random.chance(0.05)) {
    // Now the map is the smaller one along some axis.
    shape = x.shape.map((size) => (size === 1 && random.chance(0.5) ? random.integer(2, 5) : size));
  }
  const count = shape.reduce((a, b) => a * b, 1);
  return { tensor: addDense(graph, shape, randomConstant(random, count, 0.8)), shape };
}

export function combine(
  graph: Graph,
  operator: BuiltinOperator.ADD | BuiltinOperator.MUL,
  a: Feature,
  b: Feature,
  activation: Activation = randomActivation(graph),
): Feature | undefined {
  const shape = broadcast(a.shape, b.shape);
  if (!shape || !isSmall(shape)) return undefined;
  const options = operator === BuiltinOperator.ADD ? new AddOptionsT() : new MulOptionsT();
  options.fusedActivationFunction = activation;
  const note = `[${a.shape.join(',')}] and [${b.shape.join(',')}] ${Activation[activation]}`;
  return graph.addLayer(operator, [a.tensor, b.tensor], shape, options, note);
}

function binary(graph: Graph, operator: BuiltinOperator.ADD | BuiltinOperator.MUL, x: Feature) {
  const other = otherOperand(graph, x);
  if (!other) return undefined;
  const [a, b] = graph.random.chance(0.7) ? [x, other] : [other, x];
  return combine(graph, operator, a, b);
}

export const add: Layer = (graph, x) => binary(graph, BuiltinOperator.ADD, x);
export const multiply: Layer = (graph, x) => binary(graph, BuiltinOperator.MUL, x);

export const prelu: Layer = (graph, x) => {
  if (x.shape.length < 2) return undefined;
  const { random } = graph;
  const channels = x.shape[x.shape.length - 1];
  // TensorFlow leaves the batch axis out.
  const ones = new Array<number>(Math.max(0, x.shape.length - 2)).fill(1);
  const shape = random.pick([
    [...ones, channels],
    [...ones, channels],
    [channels],
    [1, ...ones, channels],
    x.shape.slice(1),
    [1, ...x.shape.slice(1)],
    [1],
    [...ones, 1],
  ]);
  const count = shape.reduce((a, b) => a * b, 1);
  const slopes = addDense(graph, shape, randomConstant(random, count, 0.4));
  return graph.addLayer(
    BuiltinOperator.PRELU,
    [x.tensor, slopes],
    x.shape,
    null,
    `slopes [${shape.join(',')}]`,
  );
};

const unary =
  (operator: BuiltinOperator): Layer =>
  (graph: Graph, x: Feature) => {
    const hasOptions = operator === BuiltinOperator.HARD_SWISH && graph.random.chance(0.5);
    const options = hasOptions ? new HardSwishOptionsT() : null;
    return graph.addLayer(operator, [x.tensor], x.shape, options);
  };

export const relu = unary(BuiltinOperator.RELU);
export const relu6 = unary(BuiltinOperator.RELU6);
export const hardSwish = unary(BuiltinOperator.HARD_SWISH);
export const logistic = unary(BuiltinOperator.LOGISTIC);
