// What becomes of an instance that traps, on a glue that only pretends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Glue, GlueFactory, PoolWorker, ThreadPool } from '../../js/bindings/glue.js';
import { Instance, kInitialBytes } from '../../js/bindings/instance.js';
import { FiligreeError } from '../../js/errors.js';
import { failure } from './support/fixtures.js';

/** The smallest module there is. */
const kModule = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));

class FakePool implements ThreadPool {
  unusedWorkers: PoolWorker[] = [{ onerror: () => {} }];
  runningWorkers: PoolWorker[] = [{ onerror: () => {} }];
  endings = 0;
  terminateAllThreads() {
    ++this.endings;
  }
}

function start(factory: GlueFactory, maximumBytes = 1e7) {
  return Instance.start({ factory, module: kModule, threads: 3, shared: true, maximumBytes });
}

/** As Emscripten does: the pool is put on the options, the instance is waited for. */
function fakeGlue(pool: FakePool, glue: Partial<Glue> = {}): GlueFactory {
  return (options) =>
    new Promise((resolve) => {
      options.instantiateWasm({}, () => resolve({ PThread: pool, ...glue } as Glue));
      options.PThread = pool;
    });
}

test('the memory has the size that was asked for', async () => {
  const instance = await start(fakeGlue(new FakePool()), 1e7);
  assert.equal(instance.memory.buffer.byteLength, kInitialBytes);
  assert.equal(instance.maximumBytes, 9961472);
  assert.ok(instance.memory.buffer instanceof SharedArrayBuffer);
  assert.throws(() => instance.memory.grow(10_000), RangeError);
});

test('too small a memory is refused in words', async () => {
  const starting = start(fakeGlue(new FakePool()), 1e6);
  await assert.rejects(starting, failure('out-of-memory', '1.0 MB', 'needs 2.1 MB'));
});

test('a trap ends the threads, and every later call fails in the same way', async () => {
  const pool = new FakePool();
  const instance = await start(fakeGlue(pool));
  const trap = () => {
    throw new WebAssembly.RuntimeError('unreachable');
  };
  await assert.rejects(
    instance.call('thinking', trap),
    failure('engine-crashed', 'crash while thinking: unreachable'),
  );
  assert.equal(pool.endings, 1);
  await assert.rejects(
    instance.call('resting', () => 1),
    failure('engine-crashed', 'crash while thinking: unreachable'),
  );
});

test('a status that was made an error is no crash', async () => {
  const pool = new FakePool();
  const instance = await start(fakeGlue(pool));
  const refuse = () => {
    throw new FiligreeError('invalid-model', 'tensor 3 has no shape');
  };
  await assert.rejects(instance.call('loading', refuse), failure('invalid-model', 'tensor 3'));
  assert.equal(await instance.call('going on', () => 7), 7);
  assert.equal(pool.endings, 0);
});

test('a trap for want of memory is called that', async () => {
  const instance = await start(fakeGlue(new FakePool()));
  const starve = () => {
    try {
      instance.memory.grow(10_000);
    } catch {
      throw new WebAssembly.RuntimeError('Aborted()');
    }
  };
  await assert.rejects(instance.call('packing', starve), failure('out-of-memory', 'packing'));
});

test('a memory that grew in the end does not count as too small', async () => {
  const instance = await start(fakeGlue(new FakePool()));
  const grow = () => {
    try {
      instance.memory.grow(10_000);
    } catch {
      instance.memory.grow(1);
    }
    throw new WebAssembly.RuntimeError('unreachable');
  };
  await assert.rejects(instance.call('packing', grow), failure('engine-crashed', 'unreachable'));
});

test('the crash of a thread of the pool is told with its own message', async () => {
  const pool = new FakePool();
  const instance = await start(fakeGlue(pool));
  const crashing = instance.call('running', () => {
    setTimeout(() => pool.runningWorkers[0].onerror({ message: 'memory access out of bounds' }), 5);
    throw 'unwind';
  });
  await assert.rejects(crashing, failure('engine-crashed', 'running: memory access out of bounds'));
  assert.equal(pool.endings, 1);
});

test('an instance is there before its workers', async () => {
  let comeUp = () => {};
  const pthreadPoolReady = new Promise<void>((resolve) => {
    comeUp = resolve;
  });
  const instance = await start(fakeGlue(new FakePool(), { pthreadPoolReady }));
  assert.equal(await instance.call('beginning', () => 7), 7);
  const order: string[] = [];
  const waiting = instance.whenThreadsAreUp().then(() => order.push('they are up'));
  order.push('waiting');
  comeUp();
  await waiting;
  assert.deepEqual(order, ['waiting', 'they are up']);
});

test('a worker that does not come up is an error', async () => {
  const pool = new FakePool();
  const instance = await start(fakeGlue(pool, { pthreadPoolReady: new Promise(() => {}) }));
  setTimeout(() => pool.unusedWorkers[0].onerror({}), 5);
  const error = await instance.whenThreadsAreUp().catch((it) => it);
  failure('engine-crashed', 'a thread could not be started', 'script')(error);
  assert.equal(instance.fail(error), error);
  assert.equal(pool.endings, 1);
  await assert.rejects(
    instance.call('anything', () => 1),
    failure('engine-crashed', error.message),
  );
});

test('a worker of which nothing is heard is an error after a while', async () => {
  const instance = await start(
    fakeGlue(new FakePool(), { pthreadPoolReady: new Promise(() => {}) }),
  );
  const alive = setTimeout(() => {}, 10_000); // The instance itself does not keep Node alive.
  const waiting = instance.whenThreadsAreUp(20);
  await assert.rejects(waiting, failure('engine-crashed', 'a thread', 'for 0.02 s'));
  clearTimeout(alive);
});

test('an instance that cannot be made is an error', async () => {
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 2, 8, 1, 1, 97, 1, 98, 3, 127, 0];
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  const factory: GlueFactory = (options) => {
    options.instantiateWasm({}, () => {});
    return new Promise(() => {});
  };
  const request = { factory, module, threads: 1, shared: false, maximumBytes: 1e7 };
  await assert.rejects(Instance.start(request), failure('engine-crashed', 'did not start'));
});

test('an ended instance refuses calls', async () => {
  const pool = new FakePool();
  const instance = await start(fakeGlue(pool));
  instance.end();
  instance.end();
  assert.equal(pool.endings, 1);
  await assert.rejects(
    instance.call('anything', () => 1),
    failure('disposed'),
  );
});
