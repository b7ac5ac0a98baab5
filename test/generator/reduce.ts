// Makes a failing model smaller while it keeps failing.
//
// Greedy: a list of moves, each of which gives a smaller candidate; the first that still fails
// becomes the model, and the list starts again, until no move fails any more. Candidates are files
// of their own, so the predicate makes its own inputs for them (generateInputs reads the shapes).

import {
  ActivationFunctionType,
  BuiltinOperator,
  type OperatorT,
  TensorType,
} from '../../build/schema-ts/tflite.js';
import { readModel } from '../evaluator/model.js';
import { type EditableModel, parseModel, serializeModel } from './editable_model.js';
import { prune } from './prune.js';

function codeOf(model: EditableModel, operator: OperatorT): BuiltinOperator {
  const code = model.operatorCodes[operator.opcodeIndex];
  return Math.max(code.builtinCode, code.deprecatedBuiltinCode);
}

function decodesWeights(model: EditableModel, operator: OperatorT): boolean {
  const code = codeOf(model, operator);
  return code === BuiltinOperator.DENSIFY || code === BuiltinOperator.DEQUANTIZE;
}

/** A candidate from a fresh copy of the model, or undefined where the move does not apply. */
type Move = (model: EditableModel) => EditableModel | undefined;

/** Only this tensor is an output. */
const onlyOutput =
  (tensor: number): Move =>
  (model) => {
    model.graph.outputs = [tensor];
    return prune(model);
  };

const withoutOutput =
  (index: number): Move =>
  (model) => {
    model.graph.outputs.splice(index, 1);
    return prune(model);
  };

/** What the operator computed becomes an input. */
const inputInsteadOf =
  (index: number): Move =>
  (model) => {
    const [operator] = model.graph.operators.splice(index, 1);
    model.graph.inputs.push(...operator.outputs);
    const pruned = prune(model);
    return pruned.graph.operators.length > 0 ? pruned : undefined;
  };

/** Whoever read the operator's result reads its first input instead. */
const bypass =
  (index: number): Move =>
  (model) => {
    const [operator] = model.graph.operators.splice(index, 1);
    const from = operator.outputs[0];
    const to = operator.inputs.find((tensor) => {
      const shape = model.graph.tensors[tensor]?.shape.join();
      return shape === model.graph.tensors[from].shape.join();
    });
    if (to === undefined || model.graph.operators.length === 0) return undefined;
    const replace = (tensor: number): number => (tensor === from ? to : tensor);
    for (const other of model.graph.operators) other.inputs = other.inputs.map(replace);
    model.graph.outputs = model.graph.outputs.map(replace);
    return prune(model);
  };

/** Decoded weights become a plain fp32 constant. */
const plainWeights =
  (index: number, bytes: Uint8Array): Move =>
  (model) => {
    const { operators, tensors } = model.graph;
    const result = tensors[operators[index].outputs[0]];
    if (result.type !== TensorType.FLOAT32) return undefined;
    let source = operators[index].inputs[0];
    for (;;) {
      const producer = operators.find(({ outputs }) => outputs.includes(source));
      if (!producer) break;
      source = producer.inputs[0];
    }
    const constant = readModel(bytes).tensors[source].constant;
    if (!constant) return undefined;
    const data = new Uint8Array(4 * constant.data.length);
    const view = new DataView(data.buffer);
    constant.data.forEach((value, i) => {
      view.setFloat32(4 * i, value, true);
    });
    result.buffer = model.buffers.push(data) - 1;
    operators.splice(index, 1);
    return prune(model);
  };

const withoutActivation =
  (index: number): Move =>
  (model) => {
    const options = model.graph.operators[index].builtinOptions as {
      fusedActivationFunction?: ActivationFunctionType;
    } | null;
    if (!options?.fusedActivationFunction) return undefined;
    options.fusedActivationFunction = ActivationFunctionType.NONE;
    return model;
  };

const withoutBias =
  (index: number): Move =>
  (model) => {
    const operator = model.graph.operators[index];
    const code = codeOf(model, operator);
    const hasBias =
      code === BuiltinOperator.CONV_2D ||
      code === BuiltinOperator.DEPTHWISE_CONV_2D ||
      code === BuiltinOperator.FULLY_CONNECTED;
    if (!hasBias || operator.inputs.length < 3) return undefined;
    operator.inputs.length = 2;
    return prune(model);
  };

function* movesFor(model: EditableModel, bytes: Uint8Array): Generator<Move> {
  const { operators, outputs } = model.graph;
  const indices = operators.map((_, index) => index);
  const layers = indices.filter((index) => !decodesWeights(model, operators[index]));
  // The boldest first: an early map as the only output, then inputs in place of late maps.
  for (const index of layers) {
    for (const tensor of operators[index].outputs) {
      if (outputs.length > 1 || outputs[0] !== tensor) yield onlyOutput(tensor);
    }
  }
  if (outputs.length > 1) for (const index of outputs.keys()) yield withoutOutput(index);
  for (const index of layers.toReversed()) yield inputInsteadOf(index);
  for (const index of layers) yield bypass(index);
  for (const index of indices) {
    if (decodesWeights(model, operators[index])) yield plainWeights(index, bytes);
  }
  for (const index of layers) yield withoutActivation(index);
  for (const index of layers) yield withoutBias(index);
}

/**
 * A smaller model for which `fails` is still true; `bytes` itself when there is none. A candidate
 * for which the predicate throws counts as not failing, so the predicate must turn the errors that
 * it looks for into `true` itself.
 */
export async function reduceModel(
  bytes: Uint8Array,
  fails: (candidate: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let smallest = bytes;
  for (;;) {
    let next: Uint8Array | undefined;
    for (const move of movesFor(parseModel(smallest), smallest)) {
      const candidate = move(parseModel(smallest));
      if (!candidate) continue;
      const candidateBytes = serializeModel(candidate);
      if (await fails(candidateBytes).catch(() => false)) {
        next = candidateBytes;
        break;
      }
    }
    if (!next) return smallest;
    smallest = next;
  }
}
