// The option cache: what is stored, what never is, and what happens where nothing can be.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { kVersion } from '../../js/cache.js';
import { compileEngine } from '../../js/compile.js';
import { loadModel } from '../../js/load.js';
import { readSource } from '../../js/source.js';
import { FakeCaches, withCaches } from './support/fake_caches.js';
import { distUrl, failure, kBase, modelPath } from './support/fixtures.js';
import { openSite, type Site } from './support/site.js';

const kModel = readFileSync(modelPath('face_detection_short_range'));
const kOther = readFileSync(modelPath('selfie_segmentation'));
const kWasm = readFileSync(new URL('filigree-simd.wasm', distUrl));
const kName = `filigree-${kVersion}`;
const digestOf = (bytes: Uint8Array) =>
  `sha256-${createHash('sha256').update(bytes).digest('base64')}`;

let site: Site;
let served: Record<string, Uint8Array | string>;
let caches: FakeCaches;

beforeEach(async () => {
  served = { '/model': kModel, '/filigree-simd.wasm': kWasm };
  const answer = (path: string) => (_: unknown, response: import('node:http').ServerResponse) => {
    const type = path.endsWith('.wasm') ? 'application/wasm' : 'text/plain';
    response.setHeader('content-type', type).end(served[path]);
  };
  site = await openSite({
    '/model': answer('/model'),
    '/filigree-simd.wasm': answer('/filigree-simd.wasm'),
  });
  caches = new FakeCaches();
});
afterEach(async () => {
  FakeCaches.isFull = false;
  await site.close();
});

const read = (options: object = {}) =>
  withCaches(caches, () => readSource(`${site.origin}/model`, { cache: true, ...options }));
const load = (options: object = {}) =>
  withCaches(caches, () =>
    loadModel(`${site.origin}/model`, { ...kBase, threads: 1, cache: true, ...options }),
  );
const compile = (options: object = { cache: true }) =>
  withCaches(caches, () => compileEngine('simd', `${site.origin}/`, options));

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', distUrl), 'utf8'));
  assert.equal(kVersion, version);
});

test('the second time nobody is asked', async () => {
  assert.equal((await read()).cacheNote, 'fetched and stored');
  await site.close();
  const { bytes, cacheNote, isOwn } = await read();
  assert.equal(cacheNote, 'from the cache');
  assert.ok(isOwn && kModel.equals(bytes));
  assert.equal(site.requests.length, 1);
});

test('without the option nothing is stored and nothing taken', async () => {
  await read();
  served['/model'] = kOther;
  assert.ok(kOther.equals((await read({ cache: false })).bytes));
  assert.ok(kModel.equals((await read()).bytes));
});

for (const worker of [false, true]) {
  test(`explain() tells it, ${worker ? 'with a worker' : 'without one'}`, async () => {
    const notes: (string | undefined)[] = [];
    for (const options of [{}, {}, { cache: false }]) {
      const model = await load({ worker, ...options });
      notes.push((await model.explain()).reasons.cache);
      model.dispose();
    }
    assert.match(String(notes[0]), /^model: fetched and stored; engine: a local file$/);
    assert.match(String(notes[1]), /^model: from the cache; /);
    assert.equal(notes[2], undefined);
  });
}

test("the engine's WebAssembly is stored too", async () => {
  const first = await compile();
  assert.equal(first.cacheNote, 'fetched and stored');
  assert.deepEqual(await caches.urls(kName), [`${site.origin}/filigree-simd.wasm`]);
});

test('an engine that was compiled before is stored when somebody wants it to be', async () => {
  const first = await compile({});
  assert.deepEqual(await caches.urls(kName), []);
  const second = await compile();
  assert.equal(second.module, first.module);
  assert.deepEqual(await caches.urls(kName), [`${site.origin}/filigree-simd.wasm`]);
});

test('an engine in the cache is compiled from there, unless it is damaged', async () => {
  const cache = await caches.open(kName);
  const url = `${site.origin}/filigree-simd.wasm`;
  await cache.put(url, new Response(kWasm.subarray(0, 1000)));
  assert.equal((await compile()).cacheNote, 'fetched and stored');
  assert.equal((await (await cache.match(url))?.arrayBuffer())?.byteLength, kWasm.length);
  const { origin } = site;
  const other = `${origin}/again/filigree-simd.wasm`;
  await cache.put(other, new Response(kWasm));
  const again = await withCaches(caches, () =>
    compileEngine('simd', `${origin}/again/`, { cache: true }),
  );
  assert.equal(again.cacheNote, 'from the cache');
});

const kNeverStored: Record<string, string | Uint8Array> = {
  'an HTML page': '<!doctype html><title>Log in</title>',
  'an empty file': '',
  'something else': 'some text that is long enough',
  'half a model': kModel.subarray(0, kModel.length / 2),
};

for (const [what, bytes] of Object.entries(kNeverStored)) {
  test(`${what} is not stored`, async () => {
    served['/model'] = bytes;
    await assert.rejects(
      load(),
      failure(what === 'half a model' ? 'invalid-model' : 'not-a-model'),
    );
    assert.deepEqual(await caches.urls(kName), []);
    served['/model'] = kModel;
    (await load()).dispose();
  });
}

test('what is no .tflite file is not stored even before it is refused', async () => {
  served['/model'] = 'some text that is long enough';
  assert.match((await read()).cacheNote, /not stored: it is no \.tflite file/);
  assert.deepEqual(await caches.urls(kName), []);
});

test('an engine that cannot be compiled is not stored', async () => {
  served['/filigree-simd.wasm'] = kWasm.subarray(0, 5000);
  await assert.rejects(compile(), failure('fetch-failed', 'damaged'));
  assert.deepEqual(await caches.urls(kName), []);
});

test('a file without the wanted digest is not stored', async () => {
  await assert.rejects(read({ digests: [digestOf(kOther)] }), failure('fetch-failed'));
  assert.deepEqual(await caches.urls(kName), []);
});

test('a new digest replaces what is stored', async () => {
  await read();
  served['/model'] = kOther;
  const fresh = await read({ digests: [digestOf(kOther)] });
  assert.ok(kOther.equals(fresh.bytes));
  assert.ok(kOther.equals((await read()).bytes));
  assert.equal(site.requests.length, 2);
});

test('what other versions stored is thrown away, and nothing else', async () => {
  for (const name of ['filigree-0.0.9', 'filigree-9.1.0-beta.1', 'filigree-demo', 'app']) {
    await caches.open(name);
  }
  await read();
  assert.deepEqual((await caches.keys()).sort(), ['app', kName, 'filigree-demo'].sort());
});

test('with no room left the network serves, and explain() says so', async () => {
  FakeCaches.isFull = true;
  const model = await load();
  const { reasons } = await model.explain();
  assert.match(String(reasons.cache), /fetched, not stored: Quota exceeded/);
  model.dispose();
});

test('without a Cache API, or with one that refuses, the network serves', async () => {
  const refusing = { keys: () => Promise.reject(new Error('The operation is insecure.')) };
  for (const [cachesHere, text] of [
    [undefined, 'no Cache API'],
    [refusing, 'insecure'],
  ] as const) {
    const { cacheNote, bytes } = await withCaches(cachesHere, () =>
      readSource(`${site.origin}/model`, { cache: true }),
    );
    assert.ok(kModel.equals(bytes));
    assert.ok(cacheNote.includes(text), cacheNote);
  }
});

test('what is no URL is not cached', async () => {
  const { cacheNote } = await withCaches(caches, () => readSource(kModel, { cache: true }));
  assert.match(cacheNote, /only URLs/);
  assert.deepEqual(await caches.keys(), []);
});
