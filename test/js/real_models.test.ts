// Every real model against the evaluator, on noise, in all four builds and with every choice of
// kernels.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { combine } from '../fuzz/configurations.js';
import { FiligreeError, loadModel } from '../fuzz/package.js';
import { judgeAll } from '../fuzz/pool.js';
import type { Answer, Task } from '../fuzz/worker.js';

const folder = fileURLToPath(new URL('../../build/models/', import.meta.url));

/** Its custom operators are not supported. */
const kAttention = 'face_landmark_with_attention';

/** Three runs in each: two of them must be equal, with another input between them. */
const configurations = combine({ threads: [1, 2] });

/** How far outputs may be off, as a share of their largest magnitude. */
function toleranceOf(name: string): number | undefined {
  // Noise shows these nothing to hold on to: their outputs hang on small differences of large
  // numbers, so that the rounding of any float32 engine is magnified a thousandfold.
  // The evaluator knows by how much, element by element.
  if (name.startsWith('pose_landmark')) return undefined;
  return name.includes('segmentation') ? 1e-3 : 1e-4;
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.tflite'))
  .map((file) => file.slice(0, -'.tflite'.length))
  .filter((name) => name !== kAttention)
  .sort();

/** Resolved as the pool gets there; each model is a test of its own. */
const answers = new Map<string, Promise<Answer>>();
const resolvers = new Map<string, (answer: Answer) => void>();
for (const name of names) {
  answers.set(name, new Promise((resolve) => resolvers.set(name, resolve)));
}
const tasks = names.map((name): Task & { name: string } => ({
  name,
  seed: 7,
  file: join(folder, `${name}.tflite`),
  configurations,
  tolerance: toleranceOf(name),
}));
const done = judgeAll(tasks, Math.min(2, availableParallelism()), (task, answer) => {
  resolvers.get((task as (typeof tasks)[number]).name)?.(answer);
});

test('all real models are there', () => {
  assert.ok(names.length >= 15, `${names.length} models in ${folder}: npm test sets them up`);
  assert.equal(configurations.length, 12);
});

for (const name of names) {
  test(`${name} agrees with the evaluator in every build`, async () => {
    const answer = await answers.get(name);
    assert.equal(answer?.report, undefined);
    assert.equal(answer?.runs, configurations.length);
  });
}

test('the pool of processes comes to its end', async () => {
  await done;
});

test(`${kAttention} is refused with all that is missing`, async () => {
  await assert.rejects(loadModel(join(folder, `${kAttention}.tflite`)), (error) => {
    assert.ok(error instanceof FiligreeError);
    assert.equal(error.code, 'unsupported-op');
    for (const operator of [
      'Landmarks2TransformMatrix',
      'TransformTensorBilinear',
      'TransformLandmarks',
    ]) {
      assert.ok(error.message.includes(operator), error.message);
    }
    return true;
  });
});
