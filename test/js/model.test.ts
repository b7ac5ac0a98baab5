// The model's queue, copying and disposal, on an engine that answers when the test says so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FiligreeError } from '../../js/errors.js';
import { Model } from '../../js/model.js';
import { fakeFrames } from './support/fake_frames.js';
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
    // So that others who call it learn why.
    assert.equal(engine.endedBy?.code, code);
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
  const given = engine.calls[0].inputs[0] as Float32Array;
  assert.notEqual(given.buffer, x.buffer);
  assert.deepEqual(given, input());
  // Posting a view would take the whole of its memory along.
  assert.equal(given.buffer.byteLength, 8);
});

test("a copy of a tensor in one of Node's Buffers is all its own", () => {
  const inputs = [{ ...tensorInfo('x', [4]), dtype: 'uint8' as const }];
  const engine = new FakeEngine({ ...kInfo, inputs }, true);
  const model = new Model(engine, { worker: true, reasons: kReasons });
  const bytes = Buffer.from([1, 2, 3, 4]);
  model.run(bytes);
  bytes.fill(9);
  assert.deepEqual([...(engine.calls[0].inputs[0] as Uint8Array)], [1, 2, 3, 4]);
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
      assert.deepEqual(engine.calls[1].inputs[0], new Float32Array(2));
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

/** A model of pictures of 2 × 2. */
function pictureModel({ takesInputs = false } = {}) {
  const info = { inputs: [tensorInfo('x', [1, 2, 2, 3])], outputs: kInfo.outputs };
  const engine = new FakeEngine(info, takesInputs);
  return { engine, model: new Model(engine, { worker: takesInputs, reasons: kReasons }) };
}

test('pixels are copied as arrays are: unless the engine reads them at once', async () => {
  const image = { data: new Uint8ClampedArray(16).fill(7), width: 2, height: 2 };
  const bytesOf = (engine: FakeEngine, call: number) => {
    const [input] = engine.calls[call].inputs;
    assert.ok('bytes' in input);
    return input.bytes;
  };
  const { engine, model } = pictureModel();
  model.run(image);
  assert.equal(bytesOf(engine, 0), image.data);
  model.run(image, { transfer: true });
  const remote = pictureModel({ takesInputs: true });
  remote.model.run(image, { transfer: true });
  image.data.fill(9);
  assert.equal(image.data.length, 16);
  engine.calls[0].resolve(outputs());
  await settle();
  assert.deepEqual([...bytesOf(engine, 1)], Array(16).fill(7));
  assert.deepEqual([...bytesOf(remote.engine, 0)], Array(16).fill(7));
});

test("a copy of pixels in a pool of Node's is all its own", () => {
  const { engine, model } = pictureModel({ takesInputs: true });
  const pool = new ArrayBuffer(64);
  model.run({ data: Buffer.from(pool, 8, 12), width: 2, height: 2 });
  const [input] = engine.calls[0].inputs;
  assert.ok('bytes' in input);
  assert.equal(input.bytes.buffer.byteLength, 12);
});

for (const takesInputs of [false, true]) {
  const where = takesInputs ? 'with a worker' : 'without a worker';

  test(`the clones of frames are closed, whatever becomes of the call ${where}`, async () => {
    const { engine, model } = pictureModel({ takesInputs });
    const [frame, count] = fakeFrames({ width: 4, height: 4 });
    const controller = new AbortController();
    const done = model.run({ image: frame });
    const failed = model.profile({ image: frame });
    const aborted = model.run({ image: frame }, { signal: controller.signal });
    const disposed = [model.run({ image: frame }), model.run(frame)];
    // All of them have theirs now.
    assert.deepEqual(count, { clones: 5, closed: 0 });
    frame.close();
    controller.abort();
    await assert.rejects(aborted, failure('aborted'));
    assert.equal(count.closed, 1);
    engine.calls[0].resolve(outputs());
    await done;
    assert.equal(count.closed, 2);
    await settle();
    engine.calls[1].reject(new FiligreeError('bad-input', 'no'));
    await assert.rejects(failed, failure('bad-input'));
    assert.equal(count.closed, 3);
    await settle();
    // One of these is running, the other one waits.
    assert.equal(engine.calls.length, 3);
    model.dispose();
    for (const call of disposed) await assert.rejects(call, failure('disposed'));
    assert.deepEqual(count, { clones: 5, closed: 5 });
  });

  test(`no clone is made for a call that is refused ${where}`, async () => {
    const { model } = pictureModel({ takesInputs });
    const [frame, count] = fakeFrames({ width: 4, height: 4 });
    const into = [new Float32Array(9)];
    await assert.rejects(model.run({ image: frame }, { into }), failure('bad-input', 'into'));
    const crop = { x: 2, y: 0, width: 4, height: 4 };
    await assert.rejects(model.run({ image: frame, crop }), failure('bad-input', 'crop'));
    assert.deepEqual(count, { clones: 0, closed: 0 });
    const signal = AbortSignal.abort();
    await assert.rejects(model.run({ image: frame }, { signal }), failure('aborted'));
    assert.equal(count.clones, count.closed);
  });
}
