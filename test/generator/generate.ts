// Seeded random models, small but with everything in them that the engine must run.
//
// generateModel(seed) → a .tflite file of 1–14 layers: odd sizes, channel counts around the
// kernels' tiles, every operator and parameter, weights stored in all ways, maps with several
// readers, several inputs and outputs. The same seed and options always give the same bytes.
// generateInputs(seed, bytes) → an array for each of its inputs.

import { TensorType } from '../../build/schema-ts/tflite.js';
import { parseModel, serializeModel } from './editable_model.js';
import { type Feature, Graph, isSmall } from './graph.js';
import { randomChannels } from './layer_parts.js';
import { randomLayer } from './layers.js';
import { defaultOptions, type GeneratorOptions } from './options.js';
import { Random } from './random.js';

export type { GeneratorOptions, WeightStorage } from './options.js';

export interface GeneratedModel {
  readonly bytes: Uint8Array;
  /** A line per layer. */
  readonly description: string;
}

export interface GeneratedInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const imageSizes = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 19, 23, 24, 31, 32, 33];

/** Height and width of planes that take a multiple of 1024 bytes: between them caches want a gap. */
const alignedPlanes = [
  [16, 16],
  [32, 8],
  [8, 32],
  [16, 32],
];

const largeImageSizes = [40, 64, 65, 97, 130, 200];
const fewPixels = [1, 2, 3, 4, 5, 7, 8];

function largeInputShape(graph: Graph, batches: number): number[] {
  const { random } = graph;
  if (random.chance(0.4)) {
    return [batches, random.pick(fewPixels), random.pick(fewPixels), randomChannels(graph)];
  }
  const shape = [
    batches,
    random.pick(largeImageSizes),
    random.pick(largeImageSizes),
    random.integer(1, 6),
  ];
  return isSmall(shape) ? shape : largeInputShape(graph, batches);
}

function randomInputShape(graph: Graph, batches: number): number[] {
  const { random } = graph;
  if (random.chance(0.06)) return [batches, random.integer(1, 70)];
  if (graph.options.sizes === 'large' && random.chance(0.8)) return largeInputShape(graph, batches);
  const channels = random.chance(0.4) ? 3 : randomChannels(graph);
  if (random.chance(0.15)) return [batches, ...random.pick(alignedPlanes), channels];
  const height = random.pick(imageSizes);
  const width = random.chance(0.5) ? height : random.pick(imageSizes);
  return [batches, height, width, channels];
}

/** Mostly the newest map, so that graphs become deep; now and then another, so that they branch. */
function randomSource(graph: Graph): Feature {
  const { features, random } = graph;
  return random.chance(0.7) ? features[features.length - 1] : random.pick(features);
}

function chooseOutputs(graph: Graph): void {
  const { random, features } = graph;
  const { graph: subgraph } = graph.model;
  const read = new Set(subgraph.operators.flatMap((operator) => operator.inputs));
  const isInput = (tensor: number): boolean => subgraph.inputs.includes(tensor);
  const ends = features.filter(({ tensor }) => !read.has(tensor) && !isInput(tensor));
  const inner = features.filter(({ tensor }) => read.has(tensor) && !isInput(tensor));

  const chosen = ends.map(({ tensor }) => tensor);
  if (inner.length > 0 && random.chance(0.3)) chosen.push(random.pick(inner).tensor);
  if (inner.length > 0 && random.chance(0.1)) chosen.push(random.pick(inner).tensor);
  subgraph.outputs = random.shuffled([...new Set(chosen)]);
  if (graph.options.peerSafe) return;
  if (random.chance(0.03)) subgraph.outputs.push(random.pick(subgraph.inputs));
  if (random.chance(0.03)) subgraph.outputs.push(random.pick(subgraph.outputs));
}

/** Inputs that nothing reads are removed from the list; the first always has a reader. */
function dropUnusedInputs(graph: Graph): void {
  const { graph: subgraph } = graph.model;
  const used = new Set([
    ...subgraph.operators.flatMap((operator) => operator.inputs),
    ...subgraph.outputs,
  ]);
  // An unused input is legal, if rare.
  if (!graph.options.peerSafe && graph.random.chance(0.1)) return;
  subgraph.inputs = subgraph.inputs.filter((tensor) => used.has(tensor));
}

export function generateModel(seed: number, options: GeneratorOptions = {}): GeneratedModel {
  const random = new Random(seed);
  const graph = new Graph(random, { ...defaultOptions, ...options });

  const batches = random.chance(0.85) ? 1 : random.integer(2, 3);
  const first = graph.addInput(randomInputShape(graph, batches));
  for (let more = random.pick([0, 0, 0, 0, 1, 2]); more > 0; --more) {
    // Often of the same size, so that the two can be combined.
    graph.addInput(random.chance(0.6) ? first.shape : randomInputShape(graph, batches));
  }

  const operators = graph.model.graph.operators;
  const wanted = random.integer(1, graph.options.layers);
  for (let tries = 0; tries < 60; ++tries) {
    if (graph.description.length >= wanted) break;
    randomLayer(graph, operators.length === 0 ? first : randomSource(graph));
  }
  if (operators.length === 0) throw new Error(`seed ${seed}: no layer fits`);
  chooseOutputs(graph);
  dropUnusedInputs(graph);

  const { inputs, outputs } = graph.model.graph;
  const shapes = inputs.map((tensor) => `#${tensor} [${graph.model.graph.tensors[tensor].shape}]`);
  const description = [
    `seed ${seed}, inputs ${shapes.join(', ')}, outputs ${outputs.map((i) => `#${i}`).join(' ')}`,
    ...graph.description,
  ].join('\n');
  return { bytes: serializeModel(graph.model), description };
}

/** Values of order one for every input of a model, whoever made it. */
export function generateInputs(seed: number, bytes: Uint8Array): GeneratedInput[] {
  const random = new Random(seed ^ 0x5eed);
  const { graph } = parseModel(bytes);
  return graph.inputs.map((index) => {
    const { name, shape, type } = graph.tensors[index];
    if (type !== TensorType.FLOAT32) throw new Error(`input of type ${TensorType[type]}`);
    const count = shape.reduce((a, b) => a * b, 1);
    // Pixel values lie in [0, 1] or [-1, 1]; some are exactly zero.
    const low = random.pick([0, -1]);
    const data = Float32Array.from({ length: count }, () =>
      random.chance(0.02) ? 0 : low + random.uniform() * (1 - low),
    );
    return { name: typeof name === 'string' ? name : '', shape, data };
  });
}
