// The model generator: the same seed gives the same file, files are evaluable, values stay of order
// one, and everything that it promises to contain turns up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActivationFunctionType, TensorType } from '../../build/schema-ts/tflite.js';
import { compareWithBound } from '../evaluator/compare.js';
import { evaluate } from '../evaluator/evaluate.js';
import { readModel } from '../evaluator/model.js';
import { parseModel } from '../generator/editable_model.js';
import { generateInputs, generateModel } from '../generator/generate.js';

const kSeeds = 400;

const models = Array.from({ length: kSeeds }, (_, seed) => generateModel(seed));

test('a seed always gives the same bytes, another seed others', () => {
  for (const seed of [0, 1, 17, 333]) {
    assert.deepEqual(generateModel(seed), models[seed]);
  }
  const distinct = new Set(models.map(({ bytes }) => Buffer.from(bytes).toString('base64')));
  assert.equal(distinct.size, kSeeds);
  const [a, b] = [generateInputs(5, models[5].bytes), generateInputs(5, models[5].bytes)];
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, generateInputs(6, models[5].bytes));
});

test('every model evaluates, with finite values of order one and small error bounds', () => {
  for (const [seed, { bytes, description }] of models.entries()) {
    const inputs = generateInputs(seed, bytes).map(({ data }) => data);
    const options = { withErrorBound: true, keepIntermediates: true };
    const { outputs, tensors } = evaluate(bytes, inputs, options);
    assert.ok(outputs.length > 0, description);
    // Of everything on the way: a large value's error stays when a clamp leaves a small one.
    let largest = 1;
    for (const { data } of tensors.values()) {
      largest = data.reduce((a, b) => Math.max(a, Math.abs(b)), largest);
    }
    assert.ok(largest < 1000, `${largest}\n${description}`);
    for (const { data, error } of outputs) {
      const largestError = (error ?? data.subarray(0, 0)).reduce((a, b) => Math.max(a, b), 0);
      // Wide only where SIGN_BIT may flip.
      if (largestError > 1e-4 * largest) assert.match(description, /SIGN_BIT/);
    }
  }
});

test('no value is denormal as a float', () => {
  for (const [seed, { bytes, description }] of models.slice(0, 100).entries()) {
    const inputs = generateInputs(seed, bytes).map(({ data }) => data);
    const { tensors } = evaluate(bytes, inputs, { keepIntermediates: true });
    for (const { data } of tensors.values()) {
      const bad = data.find((value) => value !== 0 && Math.abs(value) < 2 ** -126);
      assert.equal(bad, undefined, description);
    }
  }
});

test('all operators, storages and shapes of graphs turn up', () => {
  const seen = new Set<string>();
  for (const { bytes, description } of models) {
    const { graph, operatorCodes } = parseModel(bytes);
    const record = readModel(bytes);
    const noted = (condition: boolean, what: string) => condition && seen.add(what);
    for (const operator of record.operators) {
      seen.add(operator.name);
      const options = operator.options as {
        fusedActivationFunction?: ActivationFunctionType;
        dilationHFactor?: number;
      } | null;
      const activation = options?.fusedActivationFunction;
      if (activation !== undefined) seen.add(`fused ${ActivationFunctionType[activation]}`);
      noted((options?.dilationHFactor ?? 1) > 1, 'dilation');
      noted(operator.inputs.includes(-1), 'input left out by -1');
      noted(operator.name === 'CONV_2D' && operator.inputs.length === 2, 'no bias');
    }
    for (const tensor of graph.tensors) {
      const levels = tensor.sparsity?.dimMetadata ?? [];
      const csr = levels.filter(({ arrayIndices }) => arrayIndices !== null);
      for (const level of csr) {
        noted(true, `segments ${level.arraySegments?.constructor.name}`);
        noted(true, `indices ${level.arrayIndices?.constructor.name}`);
        noted(level.arrayIndices?.values.length === 0, 'nothing stored');
      }
      noted(levels.length > tensor.shape.length, 'blocks');
      noted(levels.length > 0 && tensor.type === TensorType.FLOAT16, 'sparse fp16');
      noted(tensor.name === null, 'unnamed');
      noted(tensor.shapeSignature.length > 0, 'shape signature');
    }
    const readers = record.operators.flatMap(({ inputs }) => inputs);
    noted(record.inputs.length > 1, 'several inputs');
    noted(record.outputs.length > 1, 'several outputs');
    noted(
      record.outputs.some((tensor) => readers.includes(tensor)),
      'a map that is also an output',
    );
    noted(
      record.outputs.some((tensor) => record.inputs.includes(tensor)),
      'an input that is an output',
    );
    noted(new Set(record.outputs).size < record.outputs.length, 'an output twice');
    noted(
      record.inputs.some((tensor) => record.tensors[tensor].shape[0] > 1),
      'batches',
    );
    noted(
      operatorCodes.some((code) => code.builtinCode === 0 && code.deprecatedBuiltinCode > 0),
      'old operator codes',
    );
    noted(
      operatorCodes.some((code) => code.builtinCode > 0 && code.deprecatedBuiltinCode === 0),
      'new operator codes',
    );
    noted(description.includes('groups'), 'groups');
    noted(description.includes('shared'), 'shared weights');
    noted(description.includes('align_corners'), 'align_corners');
  }
  const wanted = [
    ...['CONV_2D', 'DEPTHWISE_CONV_2D', 'TRANSPOSE_CONV', 'Convolution2DTransposeBias', 'ADD'],
    ...['MUL', 'RELU', 'RELU6', 'PRELU', 'HARD_SWISH', 'LOGISTIC', 'MAX_POOL_2D', 'MEAN', 'PAD'],
    ...['AVERAGE_POOL_2D', 'RESIZE_BILINEAR', 'DEPTH_TO_SPACE', 'RESHAPE', 'CONCATENATION'],
    ...['FULLY_CONNECTED', 'STRIDED_SLICE', 'DEQUANTIZE', 'DENSIFY'],
    ...['fused NONE', 'fused RELU', 'fused RELU6', 'fused RELU_N1_TO_1', 'fused TANH'],
    ...['fused SIGN_BIT', 'dilation', 'groups', 'input left out by -1', 'no bias'],
    ...['segments Uint8VectorT', 'segments Uint16VectorT', 'segments Int32VectorT'],
    ...['indices Uint8VectorT', 'indices Uint16VectorT', 'indices Int32VectorT'],
    ...['nothing stored', 'blocks', 'sparse fp16', 'unnamed', 'shape signature', 'batches'],
    ...['several inputs', 'several outputs', 'a map that is also an output', 'shared weights'],
    ...['an input that is an output', 'an output twice', 'old operator codes'],
    ...['new operator codes', 'align_corners'],
  ];
  assert.deepEqual(
    wanted.filter((what) => !seen.has(what)),
    [],
  );
});

test('options leave things out', () => {
  for (let seed = 0; seed < 60; ++seed) {
    const options = { storages: ['fp32'], without: ['RELU', 'CONV_2D'], peerSafe: true } as const;
    const record = readModel(generateModel(seed, options).bytes);
    const names = record.operators.map(({ name }) => name);
    for (const unwanted of ['RELU', 'CONV_2D', 'DENSIFY', 'DEQUANTIZE']) {
      assert.ok(!names.includes(unwanted), `${unwanted} in seed ${seed}`);
    }
    for (const { inputs, name } of record.operators) {
      if (name === 'DEPTHWISE_CONV_2D') assert.equal(inputs.length, 3);
      assert.ok(!inputs.includes(-1));
    }
  }
});

test('comparison: within the bound, beyond it, and wrong in kind', () => {
  const expected = {
    shape: [3],
    data: Float64Array.of(1, 2, 3),
    error: Float64Array.of(0, 1e-3, 0),
  };
  assert.ok(compareWithBound(expected, [1, 2.011, 3]).ok);
  assert.ok(!compareWithBound(expected, [1, 2.013, 3]).ok);
  assert.ok(!compareWithBound(expected, [1.0000001, 2, 3]).ok);
  assert.ok(!compareWithBound(expected, [1, Number.NaN, 3]).ok);
  assert.ok(!compareWithBound(expected, [1, 2]).ok);
  assert.equal(compareWithBound(expected, [1, 3, 3]).worst, 1);
  // A result that does not fit a float exactly is rounded.
  const third = { shape: [1], data: Float64Array.of(1 / 3) };
  assert.ok(compareWithBound(third, Float32Array.of(1 / 3)).ok);
});
