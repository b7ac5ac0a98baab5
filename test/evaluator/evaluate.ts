// Runs a .tflite model in double precision, operator by operator, as the operators are specified.
//
// The oracle of the tests. In: the file's bytes and one array per input. Out: every output (and
// every intermediate tensor, if asked for), on request with the error that a correct float32
// engine may have. Shares no code with the engine; layout is NHWC throughout; nothing is fused,
// reordered or approximated. Only the first subgraph is run.

import { activationOperators } from './activation.js';
import { binaryOperators } from './binary.js';
import { convolutionOperators } from './convolution.js';
import { fullyConnectedOperators } from './fully_connected.js';
import { type ModelRecord, readModel } from './model.js';
import { movementOperators } from './movement.js';
import type { Operator } from './operator.js';
import { reductionOperators } from './reduction.js';
import { resizeOperators } from './resize.js';
import { slicingOperators } from './slicing.js';
import { transposeConvolutionOperators } from './transpose_convolution.js';
import { elementCount, type Shape, sameShape, shapeText, type Value } from './value.js';

const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...activationOperators,
    ...binaryOperators,
    ...convolutionOperators,
    ...fullyConnectedOperators,
    ...movementOperators,
    ...reductionOperators,
    ...resizeOperators,
    ...slicingOperators,
    ...transposeConvolutionOperators,
  }),
);

/** Operators that `evaluate` can run, builtin and custom, by name. */
export const supportedOperators: readonly string[] = [...operators.keys()];

/** Values in row-major order; a plain array takes the shape that the file declares. */
export type InputData = ArrayLike<number> | { data: ArrayLike<number>; shape: Shape };

export interface EvaluateOptions {
  /** Estimate float32 rounding errors too (rounding.ts); takes about twice as long. */
  withErrorBound?: boolean;
  /** Return all tensors, not only outputs. */
  keepIntermediates?: boolean;
}

export interface NamedValue extends Value {
  readonly name: string;
  readonly index: number;
}

export interface Evaluation {
  /** In the model's order. */
  readonly outputs: readonly NamedValue[];
  /** By tensor number: inputs and outputs, with `keepIntermediates` all that were computed. */
  readonly tensors: ReadonlyMap<number, Value>;
}

function inputValue(given: InputData, declared: Shape): Value {
  const hasShape = 'shape' in given;
  const shape = hasShape ? given.shape : declared;
  const data = Float64Array.from(hasShape ? given.data : given);
  if (data.length !== elementCount(shape)) {
    throw new Error(`an input of ${data.length} values for shape ${shapeText(shape)}`);
  }
  return { shape: [...shape], data };
}

export function evaluate(
  model: Uint8Array | ModelRecord,
  inputs: readonly InputData[],
  options: EvaluateOptions = {},
): Evaluation {
  const record = model instanceof Uint8Array ? readModel(model) : model;
  if (inputs.length !== record.inputs.length) {
    throw new Error(`${inputs.length} inputs given, the model has ${record.inputs.length}`);
  }

  const values = new Map<number, Value>();
  record.inputs.forEach((tensor, i) => {
    values.set(tensor, inputValue(inputs[i], record.tensors[tensor].shape));
  });
  // With inputs of another size than the file says, its other shapes mean nothing either.
  const shapesAreDeclared = record.inputs.every((tensor) =>
    sameShape(tensorValue(tensor).shape, record.tensors[tensor].shape),
  );

  function tensorValue(tensor: number): Value {
    const value = values.get(tensor) ?? record.tensors[tensor]?.constant;
    if (!value) throw new Error(`tensor ${tensor} has no value`);
    return value;
  }

  const lastUse = new Map<number, number>();
  record.operators.forEach(({ inputs: read }, i) => {
    for (const tensor of read) lastUse.set(tensor, i);
  });
  const kept = new Set([...record.inputs, ...record.outputs]);

  record.operators.forEach((operator, i) => {
    const run = operators.get(operator.name);
    if (!run) throw new Error(`operator ${i}: no ${operator.name} here`);
    try {
      const results = run({
        options: operator.options,
        customOptions: operator.customOptions,
        inputs: operator.inputs.map((tensor) => (tensor === -1 ? null : tensorValue(tensor))),
        outputCount: operator.outputs.length,
        withError: options.withErrorBound === true,
      });
      operator.outputs.forEach((tensor, output) => {
        const declared = record.tensors[tensor].shape;
        const { shape } = results[output];
        if (shapesAreDeclared && !sameShape(shape, declared)) {
          throw new Error(`output ${output} is ${shapeText(shape)}, not ${shapeText(declared)}`);
        }
        values.set(tensor, results[output]);
      });
    } catch (error) {
      throw new Error(`operator ${i}, ${operator.name}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    if (options.keepIntermediates) return;
    for (const tensor of operator.inputs) {
      if (lastUse.get(tensor) === i && !kept.has(tensor)) values.delete(tensor);
    }
  });

  return {
    outputs: record.outputs.map((index) => ({
      ...tensorValue(index),
      name: record.tensors[index].name,
      index,
    })),
    tensors: values,
  };
}
