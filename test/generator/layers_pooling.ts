// Random layers that change the image's size or sum it up: pooling, MEAN, RESIZE_BILINEAR.

import {
  ActivationFunctionType as Activation,
  BuiltinOperator,
  Padding,
  Pool2DOptionsT,
  ReducerOptionsT,
  ResizeBilinearOptionsT,
} from '../../build/schema-ts/tflite.js';
import { type Feature, type Graph, isSmall } from './graph.js';
import { type Layer, randomActivation, randomWindow, windowNote } from './layer_parts.js';

function pool(graph: Graph, operator: BuiltinOperator, x: Feature): Feature | undefined {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const [batches, height, width, channels] = x.shape;
  const isGlobal = random.chance(0.2);
  const whole = (size: number) => ({ kernel: size, stride: 1, dilation: 1, count: 1 });
  const window = isGlobal
    ? { rows: whole(height), columns: whole(width), padding: Padding.VALID }
    : randomWindow(graph, x.shape, [1, 2, 2, 2, 3, 3, 4, 5], false);
  const { rows, columns, padding } = window;
  const activation = random.chance(0.2) ? randomActivation(graph) : Activation.NONE;
  const options = new Pool2DOptionsT(
    padding,
    columns.stride,
    rows.stride,
    columns.kernel,
    rows.kernel,
    activation,
  );
  const shape = [batches, rows.count, columns.count, channels];
  const note = `${windowNote(window)} ${Activation[activation]}`;
  return graph.addLayer(operator, [x.tensor], shape, options, note);
}

export const maxPool: Layer = (graph, x) => pool(graph, BuiltinOperator.MAX_POOL_2D, x);
export const averagePool: Layer = (graph, x) => pool(graph, BuiltinOperator.AVERAGE_POOL_2D, x);

export function globalMean(graph: Graph, x: Feature): Feature {
  const [batches, , , channels] = x.shape;
  const axes = graph.addIntegers([1, 2]);
  const shape = [batches, 1, 1, channels];
  return graph.addLayer(
    BuiltinOperator.MEAN,
    [x.tensor, axes],
    shape,
    new ReducerOptionsT(true),
    'axes 1,2 keep_dims',
  );
}

export const mean: Layer = (graph, x) => {
  const rank = x.shape.length;
  if (rank === 0) return undefined;
  const { random } = graph;
  const all = x.shape.map((_, axis) => axis);
  let axes = rank === 4 && random.chance(0.6) ? [1, 2] : all.filter(() => random.chance(0.4));
  if (axes.length === 0) axes = [random.integer(0, rank - 1)];
  const keepDims = random.chance(0.6);
  const shape = keepDims
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  if (shape.length === 0 && graph.options.peerSafe) return undefined;
  const written = random.shuffled(axes).map((axis) => (random.chance(0.3) ? axis - rank : axis));
  const axesTensor = graph.addIntegers(
    written,
    written.length === 1 && random.chance(0.3) ? [] : [written.length],
  );
  return graph.addLayer(
    BuiltinOperator.MEAN,
    [x.tensor, axesTensor],
    shape,
    new ReducerOptionsT(keepDims),
    `axes ${written.join(',')}${keepDims ? ' keep_dims' : ''}`,
  );
};

/** To a random size, if none is given. */
export function resizeBilinear(
  graph: Graph,
  x: Feature,
  size?: readonly number[],
): Feature | undefined {
  if (x.shape.length !== 4) return undefined;
  const { random } = graph;
  const [batches, height, width, channels] = x.shape;
  const scale = random.pick([2, 2, 2, 3, 0.5, 0]);
  const resized = (size: number) =>
    scale === 0 ? random.integer(1, 24) : Math.max(1, Math.floor(size * scale));
  const shape = [batches, ...(size ?? [resized(height), resized(width)]), channels];
  if (!isSmall(shape)) return undefined;
  const convention = random.pick(['half_pixel_centers', 'half_pixel_centers', 'align_corners', '']);
  const options = new ResizeBilinearOptionsT();
  options.alignCorners = convention === 'align_corners';
  options.halfPixelCenters = convention === 'half_pixel_centers';
  return graph.addLayer(
    BuiltinOperator.RESIZE_BILINEAR,
    [x.tensor, graph.addIntegers([shape[1], shape[2]])],
    shape,
    options,
    convention,
  );
}
