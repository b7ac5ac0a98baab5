// What loading refuses and how it says so; memory found by trying; models that end.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type LoadOptions, loadModel } from '../../js/load.js';
import type { ModelSource } from '../../js/source.js';
import { distUrl, failure, kBase, modelPath, noise } from './support/fixtures.js';

const kPath = modelPath('face_detection_full_range_sparse');
const load = (source: ModelSource, options: LoadOptions = {}) =>
  loadModel(source, { ...kBase, threads: 1, ...options });

for (const worker of [false, true]) {
  const where = worker ? 'in a worker' : 'on this thread';

  test(`a file that is no model is refused by name ${where}`, async () => {
    const blob = new File(['some text that is long enough'], 'notes.txt');
    await assert.rejects(load(blob, { worker }), failure('not-a-model', 'notes.txt: '));
  });

  test(`a model cut short is refused with the place ${where}`, async () => {
    const bytes = (await readFile(kPath)).subarray(0, 300_000);
    await assert.rejects(load(bytes, { worker }), failure('invalid-model'));
  });

  test(`missing operators are all named ${where}`, async () => {
    const path = modelPath('face_landmark_with_attention');
    await assert.rejects(
      load(path, { worker }),
      failure(
        'unsupported-op',
        'Landmarks2TransformMatrix',
        'TransformTensorBilinear',
        'TransformLandmarks',
      ),
    );
  });

  test(`limits end in numbers ${where}`, async () => {
    await assert.rejects(
      load(kPath, { worker, limits: { memoryBytes: 4e6 } }),
      failure('out-of-memory', /\d MB/, '4.0 MB are allowed'),
    );
    await assert.rejects(
      load(kPath, { worker, limits: { memoryBytes: 1e6 } }),
      failure('out-of-memory', 'the engine alone needs 2.1 MB'),
    );
    await assert.rejects(
      load(kPath, { worker, limits: { tensors: 10 } }),
      failure('invalid-model', '10'),
    );
  });

  test(`the caller's bytes stay the caller's ${where}`, async () => {
    const bytes = new Uint8Array(await readFile(kPath));
    const size = bytes.length;
    const first = await load(bytes, { worker });
    assert.equal(bytes.length, size);
    const second = await load(bytes.buffer, { worker });
    assert.deepEqual(first.inputs, second.inputs);
    first.dispose();
    second.dispose();
  });

  test(`inputs and outputs are described ${where}`, async () => {
    const model = await load(kPath, { worker });
    assert.deepEqual(model.inputs, [
      { name: 'input_1', shape: [1, 192, 192, 3], dtype: 'float32', index: 0 },
    ]);
    assert.deepEqual(
      model.outputs.map(({ name, shape, index }) => [name, shape, index]),
      [
        ['Identity', [1, 2304, 16], 0],
        ['Identity_1', [1, 2304, 1], 1],
      ],
    );
    model.dispose();
  });

  test(`dispose in the middle of a run ${where}`, async () => {
    const model = await load(kPath, { worker });
    const runs = [model.run(noise(192 * 192 * 3)), model.run(noise(192 * 192 * 3))];
    model.dispose();
    for (const run of runs) await assert.rejects(run, failure('disposed'));
    await assert.rejects(model.explain(), failure('disposed'));
  });

  test(`a signal ends loading ${where}`, async () => {
    const controller = new AbortController();
    const loading = load(kPath, { worker, signal: controller.signal });
    controller.abort();
    await assert.rejects(loading, failure('aborted'));
    const late = { worker, signal: controller.signal };
    await assert.rejects(load(kPath, late), failure('aborted'));
  });
}

test('an error from a worker brings the stack of where it arose', async () => {
  const error = await load(new Uint8Array(64).fill(32), { worker: true }).catch((it) => it);
  assert.match(String(error.cause.stack), /checkStatus/);
});

test('engine files in the wrong place are named, with the way out', async () => {
  const baseUrl = new URL('nowhere/', distUrl);
  for (const worker of [false, true]) {
    await assert.rejects(
      load(kPath, { baseUrl, worker }),
      failure('fetch-failed', 'nowhere/filigree-', 'baseUrl'),
    );
  }
});

test('wrong options are refused before anything is read', async () => {
  const wrong: [object, string][] = [
    [{ sparse: 'sometimes' }, 'sparse'],
    [{ limits: { memoryBytes: -1 } }, 'limits.memoryBytes'],
    [{ threads: 0 }, 'threads'],
    [{ variant: 'threads' }, 'variant'],
    [{ baseUrl: 'http://[' }, 'baseUrl'],
    [{ baseUrl: 5 }, 'baseUrl'],
  ];
  for (const [options, text] of wrong) {
    await assert.rejects(load(kPath, options), failure('bad-input', text));
  }
});

for (const options of ['{threads: 1}', '{threads: 3}', '{threads: 2, worker: true}']) {
  test(`a process with a model that nobody disposed of still ends: ${options}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'filigree-'));
    const program = join(folder, 'program.mjs');
    await writeFile(
      program,
      `import { loadModel } from ${JSON.stringify(new URL('node/index.js', distUrl).href)};
      const model = await loadModel(${JSON.stringify(kPath)}, ${options});
      const outputs = await model.run(new Float32Array(192 * 192 * 3));
      console.log(outputs.length);`,
    );
    const { code, stdout } = await runNode(program);
    await rm(folder, { recursive: true });
    assert.equal(stdout, '2\n');
    assert.equal(code, 0);
  });
}

async function runNode(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const child = spawn(process.execPath, args, { timeout: 20_000 });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout };
}

test('a thread or a worker that cannot start is an error, not a wait for ever', async () => {
  // Node refuses this flag to workers, which inherit it.
  const program = `
    const { loadModel } = await import(${JSON.stringify(new URL('node/index.js', distUrl).href)});
    const load = (options) => loadModel(${JSON.stringify(kPath)}, options);
    const say = ({ code, message }) => console.log(code + ': ' + message);
    await load({ threads: 1, worker: true }).catch(say);
    const asked = await load({ threads: 3 });
    await asked.explain().catch(say);
    await asked.run(new Float32Array(192 * 192 * 3)).catch(say);
    // Who asks nothing and only runs the model learns of it too.
    const model = await load({ threads: 3 });
    for (let run = 0, failed = false; !failed && run < 1000; ++run) {
      await model.run(new Float32Array(192 * 192 * 3)).catch((error) => {
        failed = true;
        say(error);
      });
    }`;
  const { code, stdout } = await runNode('--input-type=module', '-e', program);
  const [worker, ...threads] = stdout.trim().split('\n');
  assert.match(worker, /^fetch-failed: /);
  assert.equal(threads.length, 3, stdout);
  for (const line of threads) {
    assert.match(line, /^engine-crashed: a thread could not be started: .*--input-type/);
  }
  assert.equal(code, 0);
});
