// After a trap, the model refuses every call and its threads are gone. The trap is real: the engine's
// memory is overwritten with addresses that lead nowhere.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openEngine } from '../../js/bindings/engine.js';
import type { Instance } from '../../js/bindings/instance.js';
import { compileEngine } from '../../js/compile.js';
import type { Engine } from '../../js/engine/engine.js';
import { openRemoteEngine } from '../../js/engine/remote.js';
import type { Variant } from '../../js/environment.js';
import { loadModel } from '../../js/load.js';
import { Model } from '../../js/model.js';
import { distUrl, failure, kBase, modelPath, noise } from './support/fixtures.js';

const kPath = modelPath('face_detection_full_range_sparse');
const input = () => noise(192 * 192 * 3);

async function request(variant: Variant, threads: number) {
  const file = await readFile(kPath);
  const { module } = await compileEngine(variant, distUrl);
  const limits = { memoryBytes: 0, tensors: 0 };
  return { file, module, base: distUrl, sparse: 'auto' as const, limits, variant, threads };
}

/** The engine's private memory, of which nobody else may know. */
function memoryOf(engine: Engine): WebAssembly.Memory {
  return (engine as unknown as { instance: Instance }).instance.memory;
}

for (const [variant, threads] of [
  ['simd', 1],
  ['simd-threads', 3],
] as const) {
  test(`a trap in ${variant} on ${threads} threads is the end of the model`, async () => {
    const engine = await openEngine(await request(variant, threads));
    const reasons = { variant: '', threads: '' };
    const model = new Model(engine, { worker: false, reasons });
    await model.explain(); // Waits for the threads.
    await model.run(input());
    // Behind stack and static data: session, plan, packed weights with their offsets.
    const { buffer } = memoryOf(engine);
    new Uint8Array(buffer, 1 << 20).fill(0x7f);
    const error = await model.run(input()).catch((it) => it);
    failure('engine-crashed', 'crash while running the model: ')(error);
    const again = await model.run(input()).catch((it) => it);
    assert.equal(again, error);
    await assert.rejects(model.explain(), failure('engine-crashed', error.message));
    // The engine itself refuses too.
    await assert.rejects(engine.run([input()], []), failure('engine-crashed', error.message));
    model.dispose();
    // Another model is untouched.
    const healthy = await loadModel(kPath, { ...kBase, threads });
    assert.equal((await healthy.run(input())).length, 2);
    healthy.dispose();
  });
}

test('a trap crosses from a worker with its message', async () => {
  const engine = await openRemoteEngine(await request('simd', 1), false);
  const model = new Model(engine, { worker: true, reasons: { variant: '', threads: '' } });
  // More inputs than the model has room for never leave Model; the engine itself traps on them.
  const wrong = new Float32Array(1 << 24);
  await assert.rejects(engine.run([wrong], []), failure('engine-crashed', 'running the model'));
  await assert.rejects(model.run(input()), failure('engine-crashed', 'running the model'));
  model.dispose();
});
