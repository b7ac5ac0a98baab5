// The evaluator's error estimate, against what float32 arithmetic really does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ActivationFunctionType as Activation,
  BuiltinOperator as Builtin,
  Conv2DOptionsT,
  OperatorCodeT,
  OperatorT,
  Padding,
  TensorT,
} from '../../build/schema-ts/tflite.js';
import { compareWithBound } from '../evaluator/compare.js';
import { evaluate } from '../evaluator/evaluate.js';
import { emptyModel, serializeModel } from '../generator/editable_model.js';
import { Random } from '../generator/random.js';
import { floats, runOperator } from './support/single_operator.js';

const withErrorBound = { withErrorBound: true };
const kInputs = 300;
const kOutputs = 64;

function randomFloats(random: Random, count: number, mean: number): number[] {
  return Array.from({ length: count }, () => Math.fround(mean + random.normal()));
}

/** A 1×1 convolution the way a float32 engine computes it. */
function float32Products(x: number[], weights: number[], order: readonly number[]): number[] {
  return Array.from({ length: kOutputs }, (_, o) =>
    order.reduce((sum, i) => Math.fround(sum + Math.fround(x[i] * weights[o * kInputs + i])), 0),
  );
}

for (const mean of [0, 1]) {
  test(`a float32 convolution stays within the bound, and well above nothing (mean ${mean})`, () => {
    const random = new Random(9);
    const x = randomFloats(random, kInputs, mean);
    const weights = randomFloats(random, kOutputs * kInputs, mean);
    const [expected] = runOperator(
      {
        operator: Builtin.CONV_2D,
        inputs: [floats([1, 1, 1, kInputs], x), floats([kOutputs, 1, 1, kInputs], weights)],
        options: new Conv2DOptionsT(Padding.SAME, 1, 1),
        outputs: [[1, 1, 1, kOutputs]],
      },
      withErrorBound,
    );
    const upward = x.map((_, i) => i);
    for (const order of [upward, upward.toReversed(), random.shuffled(upward)]) {
      const { ok, ratio } = compareWithBound(expected, float32Products(x, weights, order));
      assert.ok(ok && ratio > 0.02, `${ratio}`);
    }
    // One term forgotten is no rounding error.
    assert.ok(!compareWithBound(expected, float32Products(x, weights, upward.slice(1))).ok);
  });
}

test('moving data costs nothing, clamping cuts the error off', () => {
  const x = floats([1, 1, 2, 1], [-5, 0.1]);
  const options = new Conv2DOptionsT(Padding.SAME, 1, 1, Activation.RELU);
  const third = floats([1, 1, 1, 1], [Math.fround(1 / 3)]);
  const inputs = [x, third];
  const run = { operator: Builtin.CONV_2D, inputs, options, outputs: [[1, 1, 2, 1]] };
  const [{ error }] = runOperator(run, withErrorBound);
  assert.ok(error);
  assert.equal(error[0], 0);
  assert.ok(error[1] > 1e-10 && error[1] < 1e-8, `${error[1]}`);
});

test('a step is forgiven exactly where rounding can cross it', () => {
  const options = new Conv2DOptionsT(Padding.SAME, 1, 1, Activation.SIGN_BIT);
  const x = floats([1, 1, 2, 2], [0.1, 0.1, 0.1, 0.2]);
  const inputs = [x, floats([1, 1, 1, 2], [1, -1])];
  const run = { operator: Builtin.CONV_2D, inputs, options, outputs: [[1, 1, 2, 1]] };
  const [expected] = runOperator(run, withErrorBound);
  assert.deepEqual(Array.from(expected.data), [0, 1]);
  assert.ok(compareWithBound(expected, [1, 1]).ok);
  assert.ok(!compareWithBound(expected, [0, 0]).ok);
});

test('inputs may have another size than the file declares', () => {
  const model = emptyModel();
  model.graph.tensors = [new TensorT([1, 2]), new TensorT([1, 2])];
  model.graph.inputs = [0];
  model.graph.outputs = [1];
  const code = new OperatorCodeT();
  code.builtinCode = Builtin.RELU;
  model.operatorCodes = [code];
  model.graph.operators = [new OperatorT(0, [0], [1])];
  const bytes = serializeModel(model);
  const { outputs } = evaluate(bytes, [{ data: [-1, 2, 3], shape: [1, 3] }]);
  assert.deepEqual(outputs[0].shape, [1, 3]);
  assert.deepEqual(Array.from(outputs[0].data), [0, 2, 3]);
  assert.throws(() => evaluate(bytes, [[1, 2, 3]]), /3 values for shape \[1, 2\]/);
  assert.throws(() => evaluate(bytes, []), /0 inputs given/);
});
