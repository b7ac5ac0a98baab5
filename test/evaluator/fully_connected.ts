// FULLY_CONNECTED: each row of the input times the filter [output, input], plus bias.

import { FullyConnectedOptionsT } from '../../build/schema-ts/tflite.js';
import { applyFused } from './activation.js';
import { input, type Operator, optionalInput, optionsOf, requireRank } from './operator.js';
import { addBias, dot, errorOfSum } from './sum_of_products.js';
import { elementCount, shapeText } from './value.js';

const fullyConnected: Operator = (call) => {
  const x = input(call, 0);
  const filter = input(call, 1);
  const bias = optionalInput(call, 2);
  requireRank(filter, 2);
  const options = optionsOf(call, FullyConnectedOptionsT);
  const [outputs, inputs] = filter.shape;

  // However the input is shaped, it is read as rows of as many elements as the filter takes.
  const rows = elementCount(x.shape) / inputs;
  if (!Number.isInteger(rows) || (options.keepNumDims && x.shape.at(-1) !== inputs)) {
    throw new Error(`filter ${shapeText(filter.shape)} on ${shapeText(x.shape)}`);
  }
  const shape = options.keepNumDims ? [...x.shape.slice(0, -1), outputs] : [rows, outputs];

  const multiply = (matrix: Float64Array, weights: Float64Array): Float64Array => {
    const sums = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; ++row) {
      for (let o = 0; o < outputs; ++o) {
        sums[row * outputs + o] = dot(matrix, row * inputs, weights, o * inputs, inputs);
      }
    }
    return sums;
  };
  const data = addBias(multiply(x.data, filter.data), bias);
  const error = call.withError ? errorOfSum(x, filter, bias, data, inputs, multiply) : undefined;
  const sum = { shape, data, ...(error && { error }) };
  return [applyFused(sum, options.fusedActivationFunction, call.withError)];
};

export const fullyConnectedOperators = {
  FULLY_CONNECTED: fullyConnected,
} satisfies Record<string, Operator>;
