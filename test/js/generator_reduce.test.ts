// Reducing a failing model: what is left still fails, runs, and is as small as it can be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../evaluator/evaluate.js';
import { readModel } from '../evaluator/model.js';
import { generateInputs, generateModel } from '../generator/generate.js';
import { reduceModel } from '../generator/reduce.js';

/** Models that hold both, from the first seeds. */
function modelsWith(...names: string[]): Uint8Array[] {
  return Array.from({ length: 200 }, (_, seed) => generateModel(seed).bytes).filter((bytes) => {
    const present = readModel(bytes).operators.map(({ name }) => name);
    return present.length >= 8 && names.every((name) => present.includes(name));
  });
}

function contains(bytes: Uint8Array, name: string): boolean {
  // Every candidate must be a model that runs.
  evaluate(
    bytes,
    generateInputs(1, bytes).map(({ data }) => data),
  );
  return readModel(bytes).operators.some((operator) => operator.name === name);
}

test('a failure of one operator is reduced to that operator alone', async () => {
  const found = modelsWith('PRELU').slice(0, 6);
  assert.equal(found.length, 6);
  for (const bytes of found) {
    const reduced = await reduceModel(bytes, async (candidate) => contains(candidate, 'PRELU'));
    const { operators, outputs } = readModel(reduced);
    assert.deepEqual(
      operators.map(({ name }) => name),
      ['PRELU'],
    );
    assert.equal(outputs.length, 1);
    assert.ok(reduced.length < bytes.length);
  }
});

test('sparse weights stay where they matter', async () => {
  const [bytes] = modelsWith('DENSIFY', 'ADD');
  const reduced = await reduceModel(bytes, async (candidate) => contains(candidate, 'DENSIFY'));
  const names = readModel(reduced).operators.map(({ name }) => name);
  assert.ok(names.includes('DENSIFY'));
  assert.ok(names.length <= 3, names.join());
});

test('a failure that needs two operators keeps both', async () => {
  const [bytes] = modelsWith('MEAN', 'CONCATENATION');
  const reduced = await reduceModel(
    bytes,
    async (candidate) => contains(candidate, 'MEAN') && contains(candidate, 'CONCATENATION'),
  );
  const names = readModel(reduced).operators.map(({ name }) => name);
  assert.ok(names.includes('MEAN') && names.includes('CONCATENATION'));
  assert.ok(names.length < readModel(bytes).operators.length);
});

test('what cannot be reduced comes back as it was', async () => {
  const { bytes } = generateModel(3);
  assert.equal(await reduceModel(bytes, async () => false), bytes);
});

test('a predicate that throws counts as not failing', async () => {
  const { bytes } = generateModel(3);
  const reduced = await reduceModel(bytes, async () => {
    throw new Error('broken candidate');
  });
  assert.equal(reduced, bytes);
});
