// The graph under construction: tensors, constants and operators, and the maps that further
// operators may read. Layers (layers_*.ts) call this; generate.ts decides which layers.

import {
  BuiltinOperator as Builtin,
  type BuiltinOperator,
  OperatorCodeT,
  OperatorT,
  type SparsityParametersT,
  TensorT,
  TensorType,
} from '../../build/schema-ts/tflite.js';
import { type EditableModel, emptyModel } from './editable_model.js';
import type { GeneratorOptions } from './options.js';
import { kindOfOptions } from './options_kind.js';
import type { Random } from './random.js';

export interface Feature {
  readonly tensor: number;
  readonly shape: readonly number[];
}

/** A weight tensor that further layers can share. */
export interface SharedWeights extends Feature {
  readonly operator: BuiltinOperator;
}

/** Elements that a map may have, so that evaluating a model stays a matter of milliseconds. */
const kLargestMap = 36_000;

export function isSmall(shape: readonly number[]): boolean {
  return shape.reduce((a, b) => a * b, 1) <= kLargestMap;
}

export class Graph {
  readonly model: EditableModel = emptyModel();
  /** What can be read, in order of appearance; inputs first. */
  readonly features: Feature[] = [];
  readonly weights: SharedWeights[] = [];
  readonly description: string[] = [];
  /** How much computation is left to spend. */
  multiplyAdds: number;

  readonly #codeStyle: 'deprecated' | 'both' | 'new';
  readonly #nameStyle: 'all' | 'some' | 'none';
  readonly #ownEmptyBuffers: boolean;

  constructor(
    readonly random: Random,
    readonly options: Required<GeneratorOptions>,
  ) {
    this.multiplyAdds = options.multiplyAdds;
    this.#codeStyle = random.pick(['deprecated', 'both', 'both', 'new']);
    this.#nameStyle = options.peerSafe ? 'all' : random.pick(['all', 'all', 'some', 'none']);
    this.#ownEmptyBuffers = random.chance(0.3);
  }

  #name(prefix: string): string | null {
    if (this.#nameStyle === 'none') return null;
    if (this.#nameStyle === 'some' && this.random.chance(0.5)) return null;
    return `${prefix}_${this.model.graph.tensors.length}`;
  }

  #addTensor(tensor: TensorT): number {
    tensor.hasRank = this.random.chance(0.5);
    this.model.graph.tensors.push(tensor);
    return this.model.graph.tensors.length - 1;
  }

  #addBuffer(bytes: Uint8Array): number {
    this.model.buffers.push(bytes);
    return this.model.buffers.length - 1;
  }

  /** A tensor that is computed at run time. */
  #addVariable(shape: readonly number[], prefix: string): number {
    const buffer = this.#ownEmptyBuffers ? this.#addBuffer(new Uint8Array()) : 0;
    return this.#addTensor(new TensorT([...shape], TensorType.FLOAT32, buffer, this.#name(prefix)));
  }

  addInput(shape: readonly number[]): Feature {
    const tensor = this.#addVariable(shape, 'input');
    const isOpen = shape.length === 4 && this.random.chance(0.1);
    if (isOpen && !this.options.peerSafe) {
      this.model.graph.tensors[tensor].shapeSignature = [-1, ...shape.slice(1)];
    }
    this.model.graph.inputs.push(tensor);
    return this.addFeature({ tensor, shape });
  }

  addFeature(feature: Feature): Feature {
    this.features.push(feature);
    return feature;
  }

  addConstant(
    type: TensorType,
    shape: readonly number[],
    bytes: Uint8Array,
    sparsity: SparsityParametersT | null = null,
  ): number {
    const buffer = bytes.length === 0 ? 0 : this.#addBuffer(bytes);
    const tensor = new TensorT([...shape], type, buffer, this.#name('constant'));
    tensor.sparsity = sparsity;
    return this.#addTensor(tensor);
  }

  addIntegers(values: readonly number[], shape: readonly number[] = [values.length]): number {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setInt32(4 * i, value, true);
    });
    return this.addConstant(TensorType.INT32, shape, bytes);
  }

  /** An intermediate result that only its own layer reads, such as decoded weights. */
  addPrivate(shape: readonly number[]): number {
    return this.#addVariable(shape, 'decoded');
  }

  addOperator(
    operator: BuiltinOperator,
    inputs: readonly number[],
    outputs: readonly number[],
    options: OperatorT['builtinOptions'] = null,
    custom: { name: string; options: Uint8Array } | undefined = undefined,
  ): void {
    const record = new OperatorT(
      this.#codeIndex(operator, custom?.name),
      [...inputs],
      [...outputs],
    );
    if (options) {
      record.builtinOptionsType = kindOfOptions(options);
      record.builtinOptions = options;
    }
    if (custom) record.customOptions = Array.from(custom.options);
    this.model.graph.operators.push(record);
  }

  /** Adds an operator with one output, which further layers may read. */
  addLayer(
    operator: BuiltinOperator,
    inputs: readonly number[],
    shape: readonly number[],
    options: OperatorT['builtinOptions'] = null,
    note = '',
    custom: { name: string; options: Uint8Array } | undefined = undefined,
  ): Feature {
    const tensor = this.#addVariable(shape, 'map');
    this.addOperator(operator, inputs, [tensor], options, custom);
    const name = custom?.name ?? Builtin[operator];
    const operands = inputs.map((input) => `#${input}`).join(' ');
    this.description.push(`${name} ${operands} → #${tensor} [${shape.join(',')}] ${note}`.trim());
    return this.addFeature({ tensor, shape });
  }

  #codeIndex(operator: BuiltinOperator, customName: string | undefined): number {
    const codes = this.model.operatorCodes;
    const found = codes.findIndex(
      (code) =>
        Math.max(code.builtinCode, code.deprecatedBuiltinCode) === operator &&
        code.customCode === (customName ?? null),
    );
    if (found >= 0) return found;
    const code = new OperatorCodeT();
    if (this.#codeStyle !== 'new') code.deprecatedBuiltinCode = operator;
    if (this.#codeStyle !== 'deprecated') code.builtinCode = operator;
    code.customCode = customName ?? null;
    codes.push(code);
    return codes.length - 1;
  }
}
