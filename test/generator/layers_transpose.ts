// Random layers that enlarge by spreading pixels: TRANSPOSE_CONV, Convolution2DTransposeBias.

import {
  ActivationFunctionType as Activation,
  BuiltinOperator,
  Padding,
  TransposeConvOptionsT,
} from '../../build/schema-ts/tflite.js';
import type { Graph } from './graph.js';
import {
  type Layer,
  randomActivation,
  randomBias,
  randomChannels,
  spend,
  weightsFor,
} from './layer_parts.js';
import { addDense, randomConstant } from './weights.js';

/** The spread of one axis: kernel, stride and the output's size. */
function randomSpread(graph: Graph, size: number, padding: Padding, exact: boolean) {
  const { random } = graph;
  const kernel = random.integer(1, 5);
  const stride = random.pick([1, 2, 2, 2, 3]);
  // Any output size from which a convolution would come back to `size` is right.
  const slack = exact || random.chance(0.6) ? 0 : random.integer(0, stride - 1);
  const full =
    padding === Padding.SAME ? size * stride - slack : (size - 1) * stride + kernel + slack;
  return { kernel, stride, full };
}

export const transposeConvolution: Layer = (graph, x) => {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const [batches, height, width, inputs] = x.shape;
  const padding = random.pick([Padding.SAME, Padding.VALID]);
  const rows = randomSpread(graph, height, padding, graph.options.peerSafe);
  const columns =
    random.chance(0.6) && height === width
      ? rows
      : randomSpread(graph, width, padding, graph.options.peerSafe);
  const outputs = randomChannels(graph);
  const terms = rows.kernel * columns.kernel * inputs;
  const perOutput = Math.ceil(terms / (rows.stride * columns.stride));
  const shape = [batches, rows.full, columns.full, outputs];
  if (!spend(graph, shape, perOutput)) return undefined;

  const filterShape = [outputs, rows.kernel, columns.kernel, inputs];
  const filter = weightsFor(graph, BuiltinOperator.TRANSPOSE_CONV, filterShape, perOutput);
  const bias = random.chance(0.5) ? randomBias(graph, outputs) : [];
  const activation = random.chance(0.3) ? randomActivation(graph) : Activation.NONE;
  const options = new TransposeConvOptionsT(padding, columns.stride, rows.stride, activation);
  return graph.addLayer(
    BuiltinOperator.TRANSPOSE_CONV,
    [graph.addIntegers(shape), filter.tensor, x.tensor, ...bias],
    shape,
    options,
    `k${rows.kernel}x${columns.kernel} s${rows.stride}x${columns.stride} ${Padding[padding]} ${filter.note} ${Activation[activation]}`,
  );
};

export const convolution2DTransposeBias: Layer = (graph, x) => {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const [batches, height, width, inputs] = x.shape;
  const isSame = random.chance(0.6);
  const draw = () => ({ kernel: random.integer(1, 4), stride: random.pick([1, 2, 2, 2, 3]) });
  const rows = draw();
  const columns = random.chance(0.7) ? rows : draw();
  const sizeOf = (size: number, { kernel, stride }: ReturnType<typeof draw>): number => {
    const cut = isSame ? Math.max(0, kernel - ((size - 1) % stride) - 1) : 0;
    return (size - 1) * stride + kernel - cut;
  };
  const outputs = randomChannels(graph);
  const shape = [batches, sizeOf(height, rows), sizeOf(width, columns), outputs];
  const terms = rows.kernel * columns.kernel * inputs;
  const perOutput = Math.ceil(terms / (rows.stride * columns.stride));
  if (!spend(graph, shape, perOutput)) return undefined;

  const filterShape = [outputs, rows.kernel, columns.kernel, inputs];
  const filter = weightsFor(graph, BuiltinOperator.CUSTOM, filterShape, perOutput);
  const bias = addDense(graph, [outputs], randomConstant(random, outputs, 0.3));
  const options = new Uint8Array(12);
  const view = new DataView(options.buffer);
  [isSame ? 1 : 2, columns.stride, rows.stride].forEach((value, i) => {
    view.setInt32(4 * i, value, true);
  });
  return graph.addLayer(
    BuiltinOperator.CUSTOM,
    [x.tensor, filter.tensor, bias],
    shape,
    null,
    `k${rows.kernel}x${columns.kernel} s${rows.stride}x${columns.stride} ${isSame ? 'SAME' : 'VALID'} ${filter.note}`,
    { name: 'Convolution2DTransposeBias', options },
  );
};
