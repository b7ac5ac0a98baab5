// Evaluates one operator on literal operands: a model of one operator whose inputs are constants.

import {
  type BuiltinOperator,
  OperatorCodeT,
  OperatorT,
  TensorT,
  TensorType,
} from '../../../build/schema-ts/tflite.js';
import { type EvaluateOptions, evaluate } from '../../evaluator/evaluate.js';
import type { Value } from '../../evaluator/value.js';
import { emptyModel, serializeModel } from '../../generator/editable_model.js';
import { kindOfOptions } from '../../generator/options_kind.js';

export interface Operand {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly type?: TensorType.FLOAT32 | TensorType.INT32;
}

export function floats(shape: readonly number[], values: readonly number[]): Operand {
  return { shape, values };
}

/** 1, 2, 3, … */
export function counting(...shape: number[]): Operand {
  const count = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Array.from({ length: count }, (_, i) => i + 1) };
}

export function ints(...values: number[]): Operand {
  return { shape: [values.length], values, type: TensorType.INT32 };
}

function bytesOf({ values, type }: Operand): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (type === TensorType.INT32) view.setInt32(4 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  });
  return bytes;
}

export interface OperatorRun {
  readonly operator: BuiltinOperator;
  /** null: left out, index -1. */
  readonly inputs: readonly (Operand | null)[];
  readonly options?: OperatorT['builtinOptions'];
  readonly custom?: { readonly name: string; readonly options: Uint8Array };
  /** Shapes that the file declares for the outputs; the evaluator checks them. */
  readonly outputs: readonly (readonly number[])[];
}

export function runOperator(run: OperatorRun, options?: EvaluateOptions): readonly Value[] {
  const model = emptyModel();
  const { tensors } = model.graph;
  const code = new OperatorCodeT();
  code.builtinCode = run.operator;
  code.customCode = run.custom?.name ?? null;
  model.operatorCodes.push(code);

  const record = new OperatorT();
  record.inputs = run.inputs.map((operand) => {
    if (!operand) return -1;
    const buffer = model.buffers.push(bytesOf(operand)) - 1;
    return tensors.push(new TensorT([...operand.shape], operand.type, buffer)) - 1;
  });
  record.outputs = run.outputs.map((shape) => tensors.push(new TensorT([...shape])) - 1);
  if (run.options) {
    record.builtinOptionsType = kindOfOptions(run.options);
    record.builtinOptions = run.options;
  }
  if (run.custom) record.customOptions = Array.from(run.custom.options);
  model.graph.operators.push(record);
  model.graph.outputs = record.outputs;
  return evaluate(serializeModel(model), [], options).outputs;
}
