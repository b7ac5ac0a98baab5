// The real engine on a real model, in Node: every build, here and in a worker.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openEngine } from '../../js/bindings/engine.js';
import type { Instance } from '../../js/bindings/instance.js';
import { readImage } from '../../js/cli/pictures.js';
import { compileEngine } from '../../js/compile.js';
import type { Variant } from '../../js/environment.js';
import { type LoadOptions, loadModel } from '../../js/load.js';
import type { Model } from '../../js/model.js';
import type { Tensor } from '../../js/tensors.js';
import { fakeFrames } from './support/fake_frames.js';
import { distUrl, failure, kBase, modelPath, noise, photoPath } from './support/fixtures.js';

const kPath = modelPath('face_detection_full_range_sparse');
const kInputs = 192 * 192 * 3;

async function withModel<T>(options: LoadOptions, use: (model: Model) => Promise<T>, path = kPath) {
  const model = await loadModel(path, { ...kBase, variant: 'simd', threads: 1, ...options });
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

/** Largest difference, as a part of the largest magnitude. */
function distance(a: Tensor[], b: Tensor[]): number {
  return Math.max(
    ...a.map(({ data }, i) => {
      let [difference, magnitude] = [0, 0];
      for (let k = 0; k < data.length; ++k) {
        difference = Math.max(difference, Math.abs(Number(data[k]) - Number(b[i].data[k])));
        magnitude = Math.max(magnitude, Math.abs(Number(data[k])));
      }
      return difference / magnitude;
    }),
  );
}

const reference = withModel({ variant: 'simd' }, (model) => model.run(noise(kInputs)));

const kBuilds: [Variant, LoadOptions][] = [
  ['simd', { variant: 'simd', threads: 1 }],
  ['simd-threads', { variant: 'simd', threads: 2 }],
  ['simd-threads', { variant: 'simd', threads: 3 }],
  ['relaxed', { variant: 'relaxed', threads: 1 }],
  ['relaxed-threads', { variant: 'relaxed', threads: 2 }],
];

for (const [variant, options] of kBuilds) {
  for (const worker of [false, true]) {
    const where = worker ? 'in a worker' : 'on this thread';
    test(`${variant} runs on ${options.threads} threads ${where}`, async () => {
      await withModel({ ...options, worker }, async (model) => {
        const explanation = await model.explain();
        assert.equal(explanation.variant, variant);
        assert.equal(explanation.threads, options.threads);
        assert.equal(explanation.worker, worker);
        const x = noise(kInputs);
        const first = await model.run(x);
        assert.ok(distance(first, await reference) < 1e-5);
        // The same array again: it was copied, not taken.
        assert.deepEqual(x, noise(kInputs));
        assert.deepEqual(await model.run(x), first);
      });
    });
  }
}

/** What a picture becomes: single precision, rounded after each step. */
function normalized(bytes: Uint8Array, bytesPerPixel: number, mean: number[], std: number[]) {
  return Float32Array.from({ length: kInputs }, (_, i) => {
    const c = i % 3;
    const byte = bytes[bytesPerPixel * Math.floor(i / 3) + c];
    return Math.fround(byte - Math.fround(mean[c])) / Math.fround(std[c]);
  });
}

for (const [variant, options] of kBuilds.filter(([, { threads }]) => threads !== 3)) {
  for (const worker of [false, true]) {
    const where = worker ? 'in a worker' : 'on this thread';
    test(`${variant} makes the same numbers of bytes as anybody ${where}`, async () => {
      const [mean, std] = [
        [123.675, 116.28, 103.53],
        [58.395, 57.12, 57.375],
      ];
      await withModel({ ...options, worker }, async (model) => {
        for (const bytesPerPixel of [3, 4]) {
          const data = new Uint8Array(192 * 192 * bytesPerPixel).map((_, i) => (i * 7919) >> 3);
          const expected = await model.run(normalized(data, bytesPerPixel, mean, std));
          const image = { data, width: 192, height: 192 };
          const run = model.run({ image, mean, std });
          // It has read them, or has copies.
          data.fill(0);
          assert.deepEqual(await run, expected);
        }
      });
    });
  }
}

test('a frame is read, averaged and closed', async () => {
  await withModel({}, async (model) => {
    const [frame, count] = fakeFrames({ width: 400, height: 300 });
    const expected = await model.run(Float32Array.from({ length: kInputs }, (_, i) => (i % 3) + 1));
    const runs = [1, 2, 3].map(() => model.run({ image: frame, mean: 0, std: 10 }));
    const profile = model.profile({ image: frame }, { runs: 2 });
    frame.close();
    for (const run of runs) assert.deepEqual(await run, expected);
    assert.equal((await profile).runs, 2);
    assert.deepEqual(count, { clones: 4, closed: 4 });
  });
});

test('a frame that cannot be read fails its own call only', async () => {
  await withModel({}, async (model) => {
    const copyTo = () => Promise.reject(new DOMException('no memory on the GPU'));
    const [frame, count] = fakeFrames({ width: 400, height: 300, copyTo });
    await assert.rejects(model.run(frame), failure('bad-input', 'input_1', 'no memory on the GPU'));
    assert.deepEqual(count, { clones: 1, closed: 1 });
    assert.ok(distance(await model.run(noise(kInputs)), await reference) < 1e-5);
  });
});

test('an engine that is disposed of while a frame is read closes it', async () => {
  await withModel({}, async (model) => {
    const [frame, count] = fakeFrames({ width: 400, height: 300 });
    const run = model.run(frame);
    model.dispose();
    await assert.rejects(run, failure('disposed'));
    assert.deepEqual(count, { clones: 1, closed: 1 });
  });
});

test('the engine refuses pixels that are not 3 or 4 bytes', async () => {
  const { engine } = await openOnThreads(kPath, 1);
  const picture = { bytes: new Uint8Array(192 * 192 * 2), mean: [0, 0, 0], std: [1, 1, 1] };
  await assert.rejects(engine.run([picture], []), failure('bad-input', 'no pixels of 2 bytes'));
  engine.dispose();
});

for (const sparse of ['never', 'always'] as const) {
  test(`sparse: '${sparse}' gives the same result by other kernels`, async () => {
    await withModel({ sparse }, async (model) => {
      assert.ok(distance(await model.run(noise(kInputs)), await reference) < 1e-5);
      const { sparse: used, layers } = await model.explain();
      assert.equal(used, sparse);
      const isSparse = layers.some(({ kernel }) => kernel.includes('spmm'));
      assert.equal(isSparse, sparse === 'always');
    });
  });
}

for (const worker of [false, true]) {
  const where = worker ? 'in a worker' : 'on this thread';

  test(`outputs are fresh, and the caller's own ${where}`, async () => {
    await withModel({ worker }, async (model) => {
      const x = noise(kInputs);
      const first = await model.run(x);
      const kept = first.map(({ data }) => data.slice());
      for (const { data } of first) data.fill(0 as never);
      const second = await model.run(x);
      assert.deepEqual(
        second.map(({ data }) => data),
        kept,
      );
    });
  });

  test(`calls made at once are answered in order, each on its own input ${where}`, async () => {
    await withModel({ worker }, async (model) => {
      const x = noise(kInputs);
      const runs = [0, 0.5, 1].map((factor) => {
        const run = model.run(x);
        x.fill(factor);
        return run;
      });
      const results = await Promise.all(runs);
      assert.ok(distance(results[0], await reference) < 1e-5);
      x.fill(0);
      assert.deepEqual(results[1], await model.run(x));
    });
  });

  test(`into writes to the memory of earlier results ${where}`, async () => {
    await withModel({ worker }, async (model) => {
      const first = await model.run(new Float32Array(kInputs));
      const second = await model.run({ input_1: noise(kInputs) }, { into: first });
      assert.ok(distance(Object.values(second), await reference) < 1e-5);
      if (!worker) assert.equal(second.Identity.data, first[0].data);
      // A view of something larger cannot change hands, but is written to all the same.
      const large = new Float32Array(3000).fill(-1);
      const into = { Identity_1: large.subarray(10, 2314) };
      const third = await model.run({ input_1: noise(kInputs) }, { into });
      assert.equal(third.Identity_1.data, into.Identity_1);
      assert.deepEqual([large[9], large[2314]], [-1, -1]);
      assert.equal(large[10], (await reference)[1].data[0]);
    });
  });

  test(`transfer gives the input away ${where}`, async () => {
    await withModel({ worker }, async (model) => {
      const x = noise(kInputs);
      const result = await model.run(x, { transfer: true });
      assert.equal(x.length, 0);
      assert.ok(distance(result, await reference) < 1e-5);
      await assert.rejects(model.run(x), failure('bad-input', 'transferred away'));
    });
  });

  test(`profile and memory have numbers for everything ${where}`, async () => {
    await withModel({ worker }, async (model) => {
      const { runs, ms, layers } = await model.profile(noise(kInputs), { runs: 3 });
      assert.equal(runs, 3);
      assert.ok(0 < ms.min && ms.min <= ms.median);
      assert.ok(layers.length > 50);
      assert.ok(layers.every((layer) => layer.kernel && layer.ms >= 0));
      const memory = await model.memory();
      assert.ok(memory.totalBytes > 0);
      assert.ok(memory.totalBytes < memory.wasmBytes);
      assert.ok(memory.wasmBytes <= memory.wasmMaximumBytes);
      assert.ok((await model.peak(0.02)) > 1);
    });
  });
}

/** The engine itself, of whose private parts nobody else may know. */
async function openOnThreads(path: string, threads: number) {
  const { module } = await compileEngine('simd-threads', distUrl);
  const engine = await openEngine({
    file: await readFile(path),
    module,
    base: distUrl,
    variant: 'simd-threads',
    threads,
    sparse: 'auto',
    limits: { memoryBytes: 0, tensors: 0 },
  });
  const secrets = engine as unknown as { starting?: Promise<void>; instance: Instance };
  return { engine, starting: () => secrets.starting, memory: secrets.instance.memory };
}

test('a model runs before its threads are there, and with them, to the same bits', async () => {
  const { engine, starting } = await openOnThreads(kPath, 3);
  const first = await engine.run([noise(kInputs)], []);
  assert.ok(starting());
  // They come up though their caller awaits nothing but runs.
  for (let run = 0; starting(); ++run) {
    assert.ok(run < 5000, 'the threads never came up');
    assert.deepEqual(await engine.run([noise(kInputs)], []), first);
  }
  assert.deepEqual(await engine.run([noise(kInputs)], []), first);
  engine.dispose();
});

// When there is none, Emscripten writes to address 0, and pthreadpool waits for ever.
test('a loaded model has room for the threads that are still to start', async () => {
  const { engine, starting, memory } = await openOnThreads(modelPath('hand_recrop'), 16);
  const { byteLength } = memory.buffer;
  assert.ok(starting());
  await starting();
  assert.equal(memory.buffer.byteLength, byteLength);
  assert.equal((await engine.run([noise(256 * 256 * 3)], [])).length, 1);
  engine.dispose();
});

test('profile reads its inputs at once, though it waits for the threads', async () => {
  await withModel({ threads: 2 }, async (model) => {
    const input = noise(kInputs);
    const profiling = model.profile(input, { runs: 1 });
    // Whoever reads it from now on throws.
    structuredClone(input.buffer, { transfer: [input.buffer as ArrayBuffer] });
    assert.equal((await profiling).runs, 1);
  });
});

test('two models run side by side, each in its own instance', async () => {
  const [a, b] = await Promise.all([
    loadModel(kPath, { ...kBase, threads: 2 }),
    loadModel(kPath, { ...kBase, threads: 1, worker: true }),
  ]);
  const [first, second] = await Promise.all([a.run(noise(kInputs)), b.run(noise(kInputs))]);
  a.dispose();
  assert.ok(distance(first, await reference) < 1e-5);
  assert.ok(distance(second, first) < 1e-5);
  assert.ok(distance(await b.run(noise(kInputs)), first) < 1e-5);
  b.dispose();
});

test('a photograph gives what its own conversion gives', async () => {
  const image = await readImage(photoPath('sample1'));
  await withModel({}, async (model) => {
    const [direct] = await model.run({ image, mean: 127.5, std: 127.5, fit: 'contain' });
    const named = await model.run({ input_1: { image, mean: 127.5, std: 127.5, fit: 'contain' } });
    assert.deepEqual(named.Identity, direct);
    assert.ok(direct.data.some((value) => Number(value) !== 0));
  });
});

test('every other real model runs on noise', async () => {
  const names = ['face_detection_short_range', 'selfie_segmentation', 'palm_detection_lite'];
  for (const name of [...names, 'hand_landmark_lite', 'face_landmark', 'pose_detection']) {
    await withModel(
      {},
      async (model) => {
        const count = model.inputs[0].shape.reduce((a, b) => a * b);
        for (const { data } of await model.run(noise(count))) {
          assert.ok(data.every((value) => Number.isFinite(Number(value))));
        }
      },
      modelPath(name),
    );
  }
});
