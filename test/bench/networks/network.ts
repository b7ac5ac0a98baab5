// A classification network under construction, as the papers' tables describe them: convolutions with
// their folded batch normalisation as a bias, seeded weights of a variance that keeps activations of
// order one, and zeros in the 1×1 convolutions.

import {
  ActivationFunctionType as Activation,
  AddOptionsT,
  BuiltinOperator,
  Conv2DOptionsT,
  DepthwiseConv2DOptionsT,
  MulOptionsT,
  OperatorCodeT,
  OperatorT,
  Padding,
  ReducerOptionsT,
  type SparsityParametersT,
  TensorT,
  TensorType,
} from '../../../build/schema-ts/tflite.js';
import { emptyModel, serializeModel } from '../../generator/editable_model.js';
import { kindOfOptions } from '../../generator/options_kind.js';
import { Random } from '../../generator/random.js';
import { encodeSparse } from '../../generator/sparse_encoding.js';

export interface NetworkOptions {
  /** Share of zeros in the 1×1 convolutions, 0 … 1; 0 writes ordinary dense weights. */
  sparsity: number;
  /**
   * How a strided convolution is spelled. `explicit`: PAD by half the kernel on each side, then VALID,
   * which is what XNNPACK's sparse mode accepts. `same`: SAME, as Keras exports it.
   */
  padding: 'explicit' | 'same';
  seed: number;
}

/** A map of the network, one image, in TensorFlow's order. */
export interface FeatureMap {
  readonly tensor: number;
  readonly size: number;
  readonly channels: number;
}

/** Activations that the papers use; `HardSwish` is an operator of its own in the file. */
export type NetworkActivation = 'none' | 'relu' | 'relu6' | 'hard-swish';

const kFused = {
  none: Activation.NONE,
  relu: Activation.RELU,
  relu6: Activation.RELU6,
  'hard-swish': Activation.NONE,
} as const;

interface Convolution {
  kernel?: number;
  stride?: number;
  outputs: number;
  activation: NetworkActivation;
  /** Whether the 1×1 weights get the network's zeros. */
  prune?: boolean;
}

export class Network {
  readonly #model = emptyModel();
  readonly #random: Random;

  constructor(private readonly options: NetworkOptions) {
    this.#random = new Random(options.seed);
  }

  /** An RGB picture of size × size. */
  input(size: number): FeatureMap {
    const map = this.#map(size, 3);
    this.#model.graph.inputs.push(map.tensor);
    return map;
  }

  convolution(
    input: FeatureMap,
    { kernel = 1, stride = 1, outputs, activation, prune = kernel === 1 }: Convolution,
  ): FeatureMap {
    const { source, padding } = this.#padded(input, kernel, stride);
    const terms = kernel * kernel * input.channels;
    const shape = [outputs, kernel, kernel, input.channels];
    const sparsity = prune ? this.options.sparsity : 0;
    const weights = this.#weights(shape, terms * (1 - sparsity), activation, sparsity);
    const output = this.#map(input.size / stride, outputs);
    const options = new Conv2DOptionsT(padding, stride, stride, kFused[activation], 1, 1);
    const operands = [source.tensor, weights, this.#bias(outputs)];
    this.#operator(BuiltinOperator.CONV_2D, operands, output, options);
    return this.#activated(output, activation);
  }

  depthwise(
    input: FeatureMap,
    {
      kernel,
      stride,
      activation,
    }: { kernel: number; stride: number; activation: NetworkActivation },
  ): FeatureMap {
    const { source, padding } = this.#padded(input, kernel, stride);
    const shape = [1, kernel, kernel, input.channels];
    const weights = this.#weights(shape, kernel * kernel, activation, 0);
    const output = this.#map(input.size / stride, input.channels);
    const options = new DepthwiseConv2DOptionsT(
      padding,
      stride,
      stride,
      1,
      kFused[activation],
      1,
      1,
    );
    const operands = [source.tensor, weights, this.#bias(input.channels)];
    this.#operator(BuiltinOperator.DEPTHWISE_CONV_2D, operands, output, options);
    return this.#activated(output, activation);
  }

  add(a: FeatureMap, b: FeatureMap): FeatureMap {
    const output = this.#map(a.size, a.channels);
    this.#operator(BuiltinOperator.ADD, [a.tensor, b.tensor], output, new AddOptionsT());
    return output;
  }

  /**
   * Squeeze-and-excite with a hard sigmoid, spelled as Keras does: (x + 3) clamped to 0 … 6, × 1/6.
   * Its convolutions stay dense: they are a thousandth of the work.
   * @param squeezed channels between its two convolutions
   */
  squeezeExcite(input: FeatureMap, squeezed: number): FeatureMap {
    const { channels } = input;
    const dense = { prune: false };
    const mean = this.mean(input);
    const small = this.convolution(mean, { ...dense, outputs: squeezed, activation: 'relu' });
    const logits = this.convolution(small, { ...dense, outputs: channels, activation: 'none' });
    const clamped = this.#map(1, channels);
    const three = this.#floats([], [3]);
    const relu6 = new AddOptionsT(Activation.RELU6);
    this.#operator(BuiltinOperator.ADD, [logits.tensor, three], clamped, relu6);
    const gate = this.#map(1, channels);
    const sixth = this.#floats([], [1 / 6]);
    this.#operator(BuiltinOperator.MUL, [clamped.tensor, sixth], gate, new MulOptionsT());
    const output = this.#map(input.size, channels);
    this.#operator(BuiltinOperator.MUL, [input.tensor, gate.tensor], output, new MulOptionsT());
    return output;
  }

  /** Over the whole map. */
  mean(input: FeatureMap): FeatureMap {
    const output = this.#map(1, input.channels);
    const axes = this.#integers([2], [1, 2]);
    const operands = [input.tensor, axes];
    this.#operator(BuiltinOperator.MEAN, operands, output, new ReducerOptionsT(true));
    return output;
  }

  /** The file, with this map as its output. */
  finish(output: FeatureMap): Uint8Array {
    this.#model.graph.outputs.push(output.tensor);
    return serializeModel(this.#model);
  }

  /** The map and the padding of a convolution that keeps height and width but for its stride. */
  #padded(input: FeatureMap, kernel: number, stride: number) {
    if (stride === 1 || this.options.padding === 'same') {
      return { source: input, padding: Padding.SAME };
    }
    const border = (kernel - 1) / 2;
    const output = this.#map(input.size + 2 * border, input.channels);
    const widths = this.#integers([4, 2], [0, 0, border, border, border, border, 0, 0]);
    this.#operator(BuiltinOperator.PAD, [input.tensor, widths], output, null);
    return { source: output, padding: Padding.VALID };
  }

  #activated(map: FeatureMap, activation: NetworkActivation): FeatureMap {
    if (activation !== 'hard-swish') return map;
    const output = this.#map(map.size, map.channels);
    this.#operator(BuiltinOperator.HARD_SWISH, [map.tensor], output, null);
    return output;
  }

  /**
   * Weights of variance 1 ÷ terms, doubled in front of an activation that loses half of it.
   * @param terms nonzero products of a sum
   */
  #weights(
    shape: number[],
    terms: number,
    activation: NetworkActivation,
    sparsity: number,
  ): number {
    const deviation = Math.sqrt((activation === 'none' ? 1 : 2) / terms);
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; ++i) values[i] = deviation * this.#random.normal();
    if (sparsity === 0) return this.#floats(shape, values);
    return this.#sparse(shape, pruned(values, sparsity));
  }

  /** A sparse constant and the DENSIFY that announces it. */
  #sparse(shape: number[], dense: Float32Array): number {
    const layout = {
      traversalOrder: [0, 1, 2, 3],
      blocks: new Map(),
      sparseLevels: new Set([3]),
      unsorted: false,
      storedZeros: 0,
      widerIndices: 0,
    };
    const { parameters, values } = encodeSparse(dense, shape, layout, this.#random);
    const encoded = this.#floats(shape, values, parameters);
    const output = this.#tensor(new TensorT([...shape], TensorType.FLOAT32, 0));
    const map = { tensor: output, size: 1, channels: 1 };
    this.#operator(BuiltinOperator.DENSIFY, [encoded], map, null);
    return output;
  }

  #bias(channels: number): number {
    const values = Array.from({ length: channels }, () => 0.1 * this.#random.normal());
    return this.#floats([channels], values);
  }

  #map(size: number, channels: number): FeatureMap {
    const tensor = this.#tensor(new TensorT([1, size, size, channels], TensorType.FLOAT32, 0));
    return { tensor, size, channels };
  }

  #tensor(tensor: TensorT): number {
    const { tensors } = this.#model.graph;
    tensor.name = `tensor_${tensors.length}`;
    return tensors.push(tensor) - 1;
  }

  #constant(type: TensorType, shape: number[], data: ArrayBufferView): TensorT {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return new TensorT([...shape], type, this.#model.buffers.push(bytes) - 1);
  }

  #floats(
    shape: number[],
    values: ArrayLike<number>,
    sparsity: SparsityParametersT | null = null,
  ): number {
    const tensor = this.#constant(TensorType.FLOAT32, shape, Float32Array.from(values));
    tensor.sparsity = sparsity;
    return this.#tensor(tensor);
  }

  #integers(shape: number[], values: number[]): number {
    return this.#tensor(this.#constant(TensorType.INT32, shape, Int32Array.from(values)));
  }

  #operator(
    code: BuiltinOperator,
    inputs: number[],
    output: FeatureMap,
    options: OperatorT['builtinOptions'],
  ): void {
    const codes = this.#model.operatorCodes;
    let index = codes.findIndex(({ builtinCode }) => builtinCode === code);
    if (index < 0) {
      const added = new OperatorCodeT();
      // Both fields, as the format asks; all of these codes fit the old one.
      added.deprecatedBuiltinCode = code;
      added.builtinCode = code;
      index = codes.push(added) - 1;
    }
    const operator = new OperatorT(index, inputs, [output.tensor]);
    if (options) {
      operator.builtinOptionsType = kindOfOptions(options);
      operator.builtinOptions = options;
    }
    this.#model.graph.operators.push(operator);
  }
}

/** The weights with the smallest magnitudes zero: exactly that share of them. */
function pruned(values: Float32Array, sparsity: number): Float32Array {
  const zeros = Math.round(values.length * sparsity);
  const order = Float32Array.from(values, Math.abs).sort();
  const threshold = zeros > 0 ? order[zeros - 1] : -1;
  return values.map((value) => (Math.abs(value) <= threshold ? 0 : value));
}
