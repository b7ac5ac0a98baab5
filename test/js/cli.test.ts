// The command line as people start it: exit codes, messages, JSON.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from '../../js/cli/measure.js';
import { distUrl, modelPath, photoPath } from './support/fixtures.js';

const kProgram = fileURLToPath(new URL('node/cli.js', distUrl));
const kModel = modelPath('face_detection_full_range_sparse');

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function filigree(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [kProgram, ...args]);
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      outcome.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      outcome.stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
}

async function filigreeJson<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await filigree(...args, '--json');
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filigree-'));
});
after(() => rm(folder, { recursive: true }));

const kUsageErrors: [args: string[], text: RegExp][] = [
  [[], /Usage:/],
  [['sparsity'], /no command "sparsity"/],
  [['toString'], /no command "toString"/],
  [['inspect'], /MODEL is missing/],
  [['inspect', 'a', 'b'], /one MODEL is expected, got also b/],
  [['inspect', kModel, '--fast'], /--fast/],
  [['inspect', kModel, '--variant', 'mmx'], /auto\|simd\|relaxed, got "mmx"/],
  [['inspect', kModel, '--threads', 'two'], /whole number ≥ 1, got "two"/],
  [['run', kModel], /one of --image, --input and --random/],
  [['run', kModel, '--random', '--input', 'x.bin'], /one of --image, --input and --random/],
  [['run', kModel, '--image', 'x.jpg', '--fit', 'crop'], /stretch\|contain\|cover/],
  [['run', kModel, '--image', 'x.jpg', '--mean', '1,,2'], /--mean takes a number/],
  [['run', kModel, '--image'], /--image/],
  [['bench'], /MODEL is missing/],
  [['bench', kModel, '--runs', '0'], /whole number ≥ 1, got "0"/],
  [['bench', kModel, '--threads', '1,x'], /got "x"/],
  [['bench', kModel, '--sparse', 'maybe'], /auto\|never\|always/],
];

for (const [args, text] of kUsageErrors) {
  test(`wrong usage: filigree ${args.map((arg) => arg.replace(/.*\//, '')).join(' ')}`, async () => {
    const { code, stdout, stderr } = await filigree(...args);
    assert.match(stderr, text);
    assert.match(stderr, /Usage:/);
    assert.equal(stdout, '');
    assert.equal(code, 2);
  });
}

const kFailures: [string, args: () => string[] | Promise<string[]>, text: RegExp][] = [
  [
    'a missing model',
    () => ['inspect', 'none.tflite'],
    /fetch-failed: .*none.tflite.*no such file/,
  ],
  ['a photo as a model', () => ['run', photoPath('sample1'), '--random'], /not-a-model: .*JPEG/],
  ['a missing photo', () => ['run', kModel, '--image', 'none.jpg'], /fetch-failed: .*none.jpg/],
  ['a photo that is none', () => ['run', kModel, '--image', kModel], /could not be decoded/],
  ['a tensor of the wrong size', shortTensor, /10 bytes, but input "input_1" .*442368 bytes/],
  ['a missing model among two', () => ['bench', 'none.tflite', kModel], /none.tflite/],
];

async function shortTensor() {
  const file = join(folder, 'short.bin');
  await writeFile(file, new Uint8Array(10));
  return ['run', kModel, '--input', file];
}

for (const [what, args, text] of kFailures) {
  test(`failure: ${what}`, async () => {
    const { code, stdout, stderr } = await filigree(...(await args()));
    assert.match(stderr, text);
    assert.doesNotMatch(stderr, / at .*:\d+:\d+/);
    assert.equal(stdout, '');
    assert.equal(code, 1);
  });
}

test('help goes to stdout', async () => {
  for (const args of [['--help'], ['bench', '--help']]) {
    const { code, stdout, stderr } = await filigree(...args);
    assert.match(stdout, /filigree bench MODEL/);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  }
});

test('inspect tells about every layer, readably and as JSON', async () => {
  const { code, stdout } = await filigree('inspect', kModel);
  assert.equal(code, 0);
  assert.match(stdout, /input +input_1 +float32 1×192×192×3/);
  assert.match(stdout, /CONV_2D/);
  assert.match(stdout, /multiply-adds/);
  type Inspection = { layers: { op: string }[]; macs: { dense: number; nonzero: number } };
  const json = await filigreeJson<Inspection>('inspect', kModel);
  assert.ok(json.layers.length > 50);
  assert.ok(json.macs.nonzero < json.macs.dense);
});

interface Output {
  name: string;
  shape: number[];
  data: number[];
}

test('run gives the same on the same noise, and every output in full', async () => {
  const args = ['run', kModel, '--random', '--seed', '7', '--threads', '1'];
  const first = await filigreeJson<Output[]>(...args);
  assert.deepEqual(
    first.map(({ shape, data }) => [shape, data.length]),
    [
      [[1, 2304, 16], 2304 * 16],
      [[1, 2304, 1], 2304],
    ],
  );
  assert.deepEqual(await filigreeJson<Output[]>(...args), first);
  const other = await filigreeJson<Output[]>(...args.with(4, '8'));
  assert.notDeepEqual(other, first);
});

test('run reads tensors from files and writes them', async () => {
  const input = join(folder, 'input.bin');
  await writeFile(input, new Float32Array(192 * 192 * 3).fill(0.25));
  const written = join(folder, 'out');
  const args = ['run', kModel, '--input', input, '--output', written];
  const outputs = await filigreeJson<Output[]>(...args);
  const files = (await readdir(written)).sort();
  assert.deepEqual(files, ['0_Identity.bin', '1_Identity_1.bin']);
  const bytes = await readFile(join(written, files[1]));
  assert.deepEqual([...new Float32Array(new Uint8Array(bytes).buffer)], outputs[1].data);
});

test('run decodes a photograph', async () => {
  const args = ['--image', photoPath('sample1'), '--mean', '127.5', '--std', '127.5'];
  const { code, stdout, stderr } = await filigree('run', kModel, ...args, '--fit', 'contain');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Identity_1 {2}float32 1×2304×1\n {2}min .* max .* mean/);
});

test('bench measures each combination, and no model is faster than the peak', async () => {
  const args = ['--threads', '1,2', '--sparse', 'auto,never', '--runs', '4', '--warmup', '2'];
  const results = await filigreeJson<BenchResult[]>('bench', kModel, ...args, '--profile');
  assert.deepEqual(
    results.map(({ threads, sparse }) => [threads, sparse]),
    [
      [1, 'auto'],
      [1, 'never'],
      [2, 'auto'],
      [2, 'never'],
    ],
  );
  for (const result of results) {
    assert.equal(result.model, kModel);
    assert.equal(result.runs, 4);
    const { min, median, p95, mean } = result.ms;
    assert.ok(0 < min && min <= median && median <= p95 && min <= mean && mean <= p95);
    assert.ok(result.macs.nonzero < result.macs.dense);
    assert.ok(Math.abs(result.gmacs - result.macs.nonzero / median / 1e6) < 1e-6);
    assert.ok(result.gmacs < result.peakGmacs * 1.02);
    assert.ok(result.loadMs > 0 && result.memoryBytes > 1e6);
    assert.ok(result.layers && result.layers.length > 50);
  }
});
