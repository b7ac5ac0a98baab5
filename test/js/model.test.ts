// The model's queue, copying and disposal, on an engine that answers when the test says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FiligreeError } from '../../js/errors.js';
import { Model } from '../../js/model.js';
import { FakeEngine, failure, settle, tensorInfo } from './support/fixtures.js';

const kInfo = {
  inputs: [tensorInfo('x', [2])],
  outputs: [tensorInfo('y', [2]), tensorInfo('z', [1], 1)],
};
const kReasons = { variant: 'asked for', threads: 'asked for' };

function fakeModel({ takesInputs = false } = {}) {
  const engine = new FakeEngine(kInfo, takesInputs);
  return { engine, model: new Model(engine, { worker: takesInputs, reasons: kReasons }) };
}

const outputs = () => [new Float32Array([1, 2]), new Float32Array([3])];
const input = () => new Float32Array([5, 6]);

test('calls run one at a time, first in, first out', async () => {
  const { engine, model } = fakeModel();
  const order: string[] = [];
  const first = model.run(input()).then(() => order.push('first'));
  const second = model.memory().then(() => order.push('second'));
  const third = model.run(input()).then(() => order.push('third'));
  await settle();
  assert.deepEqual(
    engine.calls.map(({ method }) => method),
    ['run'],
  );
  engine.calls[0].resolve(outputs());
  await first;
  await settle();
  assert.equal(engine.calls[1].method, 'memory');
  engine.calls[1].resolve({});
  await second;
  await settle();
  engine.calls[2].resolve(outputs());
  await third;
  assert.deepEqual(order, ['first', 'second', 'third']);
});

test('a failed call does not stop the ones behind it', async () => {
  const { engine, model } = fakeModel();
  const first = model.run(input());
  const second = model.run(input());
  engine.calls[0].reject(new FiligreeError('bad-input', 'no'));
  await assert.rejects(first, failure('bad-input', 'no'));
  await settle();
  engine.calls[1].resolve(outputs());
  assert.equal((await second).length, 2);
});

test('outputs come in model order, or by name when the inputs did', async () => {
  const { engine, model } = fakeModel();
  const inOrder = model.run(input());
  engine.calls[0].resolve(outputs());
  const [y, z] = await inOrder;
  assert.deepEqual(y, { name: 'y', shape: [2], dtype: 'float32', data: new Float32Array([1, 2]) });
  assert.equal(z.name, 'z');
  const named = model.run({ x: input() });
  engine.calls[1].resolve(outputs());
  assert.deepEqual(Object.keys(await named), ['y', 'z']);
});

test('a signal takes a waiting call out of the queue', async () => {
  const { engine, model } = fakeModel();
  const controller = new AbortController();
  const running = model.run(input());
  const waiting = model.run(input(), { signal: controller.signal });
  const behind = model.run(input());
  const reason = new Error('changed my mind');
  controller.abort(reason);
  await assert.rejects(waiting, failure('aborted'));
  await waiting.catch((error) => assert.equal(error.cause, reason));
  engine.calls[0].resolve(outputs());
  await running;
  await settle();
  engine.calls[1].resolve(outputs());
  await behind;
  assert.equal(engine.calls.length, 2);
});

test('a signal that has fired already keeps the call from starting', async () => {
  const { engine, model } = fakeModel();
  await assert.rejects(model.run(input(), { signal: AbortSignal.abort() }), failure('aborted'));
  assert.equal(engine.calls.length, 0);
});

test('a call that has begun goes on to its end', async () => {
  const { engine, model } = fakeModel();
  const controller = new AbortController();
  const running = model.run(input(), { signal: controller.signal });
  controller.abort();
  engine.calls[0].resolve(outputs());
  assert.equal((await running).length, 2);
});

test('dispose rejects what runs, what waits and what comes later', async () => {
  const { engine, model } = fakeModel();
  const calls = [model.run(input()), model.run(input()), model.explain()];
  model.dispose();
  model.dispose();
  for (const call of calls) await assert.rejects(call, failure('disposed'));
  await assert.rejects(model.run(input()), failure('disposed'));
  await assert.rejects(model.memory(), failure('disposed'));
  assert.equal(engine.calls.length, 1);
  assert.ok(engine.disposals >= 1);
});

test('the symbols of `using` dispose', async () => {
  const { engine, model } = fakeModel();
  model[Symbol.dispose]();
  assert.equal(engine.disposals, 1);
  await model[Symbol.asyncDispose]();
});

for (const code of ['engine-crashed', 'out-of-memory'] as const) {
  test(`after ${code}, every call is refused with the first crash's message`, async () => {
    const { engine, model } = fakeModel();
    const first = model.run(input());
    const waiting = model.run(input());
    engine.calls[0].reject(new FiligreeError(code, 'out of bounds in layer 3'));
    await assert.rejects(first, failure(code, 'out of bounds in layer 3'));
    await assert.rejects(waiting, failure(code, 'out of bounds in layer 3'));
    await assert.rejects(model.run(input()), failure(code, 'out of bounds in layer 3'));
    assert.equal(engine.calls.length, 1);
    assert.equal(engine.disposals, 1);
    model.dispose();
    await assert.rejects(model.run(input()), failure(code, 'out of bounds'));
  });
}

test('a waiting call has its own copy of the input', async () => {
  const { engine, model } = fakeModel();
  const x = input();
  model.run(x);
  const second = model.run(x);
  x.fill(9);
  engine.calls[0].resolve(outputs());
  await settle();
  assert.deepEqual(engine.calls[1].inputs, [input()]);
  engine.calls[1].resolve(outputs());
  await second;
});

test('an engine that reads at once is given the array itself', () => {
  const { engine, model } = fakeModel();
  const x = input();
  model.run(x);
  assert.equal(engine.calls[0].inputs[0], x);
});

test('an engine that takes its inputs away is given a copy', () => {
  const { engine, model } = fakeModel({ takesInputs: true });
  const big = new Float32Array([0, 5, 6, 0]);
  const x = big.subarray(1, 3);
  model.run(x);
  const [given] = engine.calls[0].inputs;
  assert.notEqual(given.buffer, x.buffer);
  assert.deepEqual(given, input());
  // Posting a view would take the whole of its memory along.
  assert.equal(given.buffer.byteLength, 8);
});

for (const takesInputs of [false, true]) {
  const where = takesInputs ? 'with a worker' : 'without a worker';
  test(`transfer empties the caller's array ${where}`, () => {
    const { engine, model } = fakeModel({ takesInputs });
    const x = input();
    model.run(x, { transfer: true });
    assert.equal(x.length, 0);
    assert.deepEqual(engine.calls[0].inputs, [input()]);
  });

  test(`shared memory is copied even with transfer ${where}`, () => {
    const { engine, model } = fakeModel({ takesInputs });
    const x = new Float32Array(new SharedArrayBuffer(8));
    model.run(input());
    model.run(x, { transfer: true });
    x.fill(7);
    engine.calls[0].resolve(outputs());
    return settle().then(() => {
      assert.deepEqual([...engine.calls[1].inputs[0]], [0, 0]);
      assert.equal(x.length, 2);
    });
  });
}

test('into hands memory for outputs to the engine', async () => {
  const { engine, model } = fakeModel();
  const memory = outputs();
  model.run(input(), { into: memory });
  assert.deepEqual(engine.calls[0].into, memory);
  const result = { name: 'z', shape: [1], dtype: 'float32' as const, data: memory[1] };
  engine.calls[0].resolve(memory);
  await settle();
  model.run(input(), { into: { z: result } });
  assert.deepEqual(engine.calls[1].into, [undefined, memory[1]]);
});

test('wrong arguments fail before they reach the engine', async () => {
  const { engine, model } = fakeModel();
  await assert.rejects(model.run(new Float32Array(3)), failure('bad-input', '"x"'));
  await assert.rejects(model.profile(input(), { runs: 0 }), failure('bad-input', 'runs'));
  await assert.rejects(
    model.run(input(), { into: [new Float32Array(9)] }),
    failure('bad-input', 'into', '"y"'),
  );
  assert.equal(engine.calls.length, 0);
});

test('explain adds where the engine lives and why, and trusts the engine on what runs', async () => {
  const { engine, model } = fakeModel();
  const explanation = model.explain();
  engine.calls[0].resolve({ build: 'relaxed', threads: 1, sparse: 'auto', layers: [] });
  const { variant, threads, worker, reasons } = await explanation;
  assert.deepEqual([variant, threads, worker, reasons], ['relaxed', 1, false, kReasons]);
});
