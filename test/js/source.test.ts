// Everything that a model can be loaded from, against a local server and local files.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type ModelSource, readSource } from '../../js/source.js';
import { failure } from './support/fixtures.js';

const kBytes = new Uint8Array([0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 1, 2, 3, 4]);
const kPage = '\n<!DOCTYPE html><title>App</title>';

let server: Server;
let origin: string;
let folder: string;
let path: string;

before(async () => {
  server = createServer((request, response) => {
    if (request.url === '/model') response.end(kBytes);
    else if (request.url === '/page') response.setHeader('content-type', 'text/html').end(kPage);
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '99' }).write('TF');
    else if (request.url === '/hang') return;
    else response.writeHead(404).end(kPage);
    if (request.url === '/cut') setTimeout(() => response.destroy(), 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'filigree-'));
  path = join(folder, 'model with spaces.tflite');
  await writeFile(path, kBytes);
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const kSources: [string, () => ModelSource | Promise<ModelSource>, isOwn: boolean][] = [
  ['a URL as text', () => `${origin}/model`, true],
  ['a URL', () => new URL('/model', origin), true],
  ['a Request', () => new Request(`${origin}/model`), true],
  ['a Response', () => fetch(`${origin}/model`), true],
  ['a data: URL', () => `data:;base64,${Buffer.from(kBytes).toString('base64')}`, true],
  ['a path', () => path, true],
  ['a file: URL', () => pathToFileURL(path), true],
  ['a file: URL as text', () => pathToFileURL(path).href, true],
  ['a Blob', () => new Blob([kBytes]), true],
  ['a stream', () => new Blob([kBytes]).stream(), true],
  ['an ArrayBuffer', () => kBytes.slice().buffer, false],
  ['a typed array', () => kBytes, false],
  ['a view into a larger buffer', () => new Uint8Array([9, ...kBytes, 9]).subarray(1, 13), false],
  ['a DataView', () => new DataView(kBytes.buffer), false],
  ['a Node buffer', () => Buffer.from(kBytes), false],
];

for (const [what, make, isOwn] of kSources) {
  test(`reads ${what}`, async () => {
    const result = await readSource(await make());
    assert.deepEqual([...result.bytes], [...kBytes]);
    assert.equal(result.isOwn, isOwn);
  });
}

test('a file is read into memory of its own, which may be given away', async () => {
  const { bytes } = await readSource(path);
  assert.equal(bytes.byteLength, bytes.buffer.byteLength);
});

const kFailures: [string, () => unknown, string, (string | RegExp)[]][] = [
  ['a missing page', () => `${origin}/none`, 'fetch-failed', ['/none', '404']],
  ['a failed Response', () => fetch(`${origin}/none`), 'fetch-failed', ['/none', '404']],
  ['an HTML page', () => `${origin}/page`, 'not-a-model', ['/page', 'HTML page', 'Check the path']],
  ['a connection that breaks', () => `${origin}/cut`, 'fetch-failed', ['/cut']],
  ['a server that is not there', () => 'http://127.0.0.1:9/m', 'fetch-failed', ['127.0.0.1:9']],
  [
    'a missing file',
    () => join(folder, 'none.tflite'),
    'fetch-failed',
    ['none.tflite', 'no such file'],
  ],
  ['a folder', () => folder, 'fetch-failed', ['could not be read']],
  ['no bytes', () => new Uint8Array(0), 'not-a-model', ['empty']],
  ['gzip', () => new Uint8Array([0x1f, 0x8b, 8, 0]), 'not-a-model', ['gzip']],
  ['a zip', () => new Uint8Array([0x50, 0x4b, 3, 4]), 'not-a-model', ['zip', '.task']],
  [
    'a Git LFS pointer',
    () => new Blob(['version https://git-lfs.github.com/spec/v1\n']),
    'not-a-model',
    ['git lfs pull'],
  ],
  ['a number', () => 5, 'bad-input', ['[object Number]']],
  ['nothing', () => undefined, 'bad-input', ['[object Undefined]']],
];

for (const [what, make, code, texts] of kFailures) {
  test(`says what is wrong with ${what}`, async () => {
    const source = (await make()) as ModelSource;
    await assert.rejects(readSource(source), failure(code, ...texts));
  });
}

test('a Response can be read once', async () => {
  const response = await fetch(`${origin}/model`);
  await response.arrayBuffer();
  await assert.rejects(readSource(response), failure('bad-input', 'read before'));
});

test('a signal ends a download', async () => {
  const controller = new AbortController();
  const reading = readSource(`${origin}/hang`, { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(reading, failure('aborted'));
});

test('a signal cancels a stream', async () => {
  const controller = new AbortController();
  let reason: unknown;
  const stream = new ReadableStream<Uint8Array>({
    start: (it) => it.enqueue(kBytes),
    cancel: (it) => {
      reason = it;
    },
  });
  const reading = readSource(stream, { signal: controller.signal });
  setTimeout(() => controller.abort('enough'), 20);
  await assert.rejects(reading, failure('aborted'));
  assert.equal(reason, 'enough');
});

test('a stream of anything but bytes is refused', async () => {
  const stream = new Blob([kBytes]).stream().pipeThrough(new TextDecoderStream());
  await assert.rejects(readSource(stream as never), failure('fetch-failed', 'Uint8Array'));
});
