// The package in Node: by import and by require(), with types for both, and where pages are rendered
// on a server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelFolder, nodeProgram } from '../../scripts/setup/paths.mjs';
import { makeProject } from './support/project.js';

const kModel = join(modelFolder, 'face_detection_short_range.tflite');

const kImport = "import { loadModel, FiligreeError, placeImage } from 'filigree';";
const kRequire = "const { loadModel, FiligreeError, placeImage } = require('filigree');";

/** Loads with threads, here and in a worker, and catches an error as what it is. */
const kUse = `
async function main() {
  for (const worker of [false, true]) {
    const model = await loadModel(process.argv[2], { variant: 'simd', threads: 2, worker });
    const [{ shape }] = model.inputs;
    const [{ data }] = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
    const explanation = await model.explain();
    console.log(explanation.variant, explanation.threads, data.every(Number.isFinite));
    model.dispose();
  }
  const error = await loadModel('none.tflite').catch((error) => error);
  console.log(error instanceof FiligreeError, error.code, typeof placeImage);
}
main();`;

const kExpected = `simd-threads 2 true
simd-threads 2 true
true fetch-failed function
`;

for (const [name, begin, file] of [
  ['ES modules', kImport, 'main.mjs'],
  ['CommonJS', kRequire, 'main.cjs'],
]) {
  test(`Node, ${name}: a model runs on threads, here and in a worker`, () => {
    const project = makeProject(`node_${file.slice(-3)}`, { [file]: begin + kUse });
    const output = execFileSync(process.execPath, [file, kModel], { cwd: project });
    assert.equal(output.toString(), kExpected);
  });
}

test('an error of one kind of module is a FiligreeError of the other', () => {
  const text = `import { createRequire } from 'node:module';
    import { FiligreeError } from 'filigree';
    const { loadModel } = createRequire(import.meta.url)('filigree');
    const error = await loadModel('none.tflite').catch((error) => error);
    console.log(error instanceof FiligreeError, new Error('other') instanceof FiligreeError);`;
  const project = makeProject('node_both', { 'main.mjs': text });
  const output = execFileSync(process.execPath, ['main.mjs'], { cwd: project });
  assert.equal(output.toString(), 'true false\n');
});

const kTyped = `
export async function faces(pixels: Float32Array): Promise<Float32Array> {
  const model: Model = await filigree.loadModel('model.tflite', { threads: 2 });
  // @ts-expect-error no such option: the types are really there
  await filigree.loadModel('model.tflite', { thread: 2 });
  const [output] = await model.run(pixels);
  return output.data as Float32Array;
}`;

test('types, for import and for require()', () => {
  const project = makeProject('types', {
    'esm.mts': `import * as filigree from 'filigree';\nimport type { Model } from 'filigree';${kTyped}
      export { processTrack } from 'filigree/video';`,
    'commonjs.cts': `import filigree = require('filigree');\ntype Model = filigree.Model;${kTyped}`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noEmit: true, module: 'node16', target: 'es2022' },
        ...{ lib: ['ES2022', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'], types: [] },
      },
      files: ['esm.mts', 'commonjs.cts'],
    }),
  });
  run(nodeProgram('tsc'), ['--project', project]);
});

test('where there is no window, importing the files for browsers touches none', () => {
  const text = `const names = ['filigree/dist/index.js', 'filigree/video', 'filigree/dist/worker.js'];
    for (const name of names) console.log(Object.keys(await import(name)).length > 0);
    const { loadModel, FiligreeError } = await import('filigree/dist/index.js');
    console.log(typeof loadModel, typeof FiligreeError, typeof window, typeof document);`;
  const project = makeProject('server_render', { 'main.mjs': text });
  const output = execFileSync(process.execPath, ['main.mjs'], { cwd: project });
  const expected = 'true\ntrue\ntrue\nfunction function undefined undefined\n';
  assert.equal(output.toString(), expected);
});

/** Runs a checker; what it says is the message of the failure. */
function run(program: string, args: string[]): void {
  try {
    execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    assert.fail(`${stdout}${stderr}`);
  }
}
