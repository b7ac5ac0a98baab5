// The option integrity, over bytes from any source.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parseIntegrity } from '../../js/integrity.js';
import { loadModel } from '../../js/load.js';
import { type ModelSource, readSource } from '../../js/source.js';
import { failure, kBase, modelPath } from './support/fixtures.js';
import { openSite, type Site } from './support/site.js';

const kPath = modelPath('face_detection_short_range');
const kModel = readFileSync(kPath);
const digestOf = (algorithm: string, bytes: Uint8Array = kModel) =>
  `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
const kWrong = digestOf('sha256', new Uint8Array(3));

let site: Site;
before(async () => {
  site = await openSite({ '/model': (_, response) => response.end(kModel) });
});
after(() => site.close());

const kSources: Record<string, () => ModelSource | Promise<ModelSource>> = {
  'a URL': () => `${site.origin}/model`,
  'a Request': () => new Request(`${site.origin}/model`),
  'a Response': () => fetch(`${site.origin}/model`),
  'a file': () => kPath,
  'a Blob': () => new Blob([kModel]),
  'a stream': () => new Blob([kModel]).stream(),
  'an array': () => new Uint8Array(kModel),
  'shared memory': () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(kModel.length));
    bytes.set(kModel);
    return bytes;
  },
};

for (const [what, make] of Object.entries(kSources)) {
  test(`${what} with the right digest and the wrong one`, async () => {
    const right = parseIntegrity(digestOf('sha384'));
    assert.ok(kModel.equals((await readSource(await make(), { digests: right })).bytes));
    await assert.rejects(
      readSource(await make(), { digests: parseIntegrity(kWrong) }),
      failure('fetch-failed', `expected integrity ${kWrong}`, `got ${digestOf('sha256')}`),
    );
  });
}

for (const worker of [false, true]) {
  test(`loadModel checks it, ${worker ? 'with a worker' : 'without one'}`, async () => {
    const options = { ...kBase, threads: 1, worker };
    for (const algorithm of ['sha256', 'sha384', 'sha512']) {
      const integrity = digestOf(algorithm);
      (await loadModel(kPath, { ...options, integrity })).dispose();
    }
    await assert.rejects(
      loadModel(kPath, { ...options, integrity: kWrong }),
      failure('fetch-failed', 'face_detection_short_range', kWrong, digestOf('sha256')),
    );
  });
}

test('of several digests one must fit, and only the strongest count, as in HTML', async () => {
  const other = digestOf('sha512', new Uint8Array(1));
  const some = parseIntegrity(` ${other} \n ${digestOf('sha512')}?option ${kWrong}`);
  assert.deepEqual(some, [other, digestOf('sha512')]);
  await readSource(kPath, { digests: some });
  const weaker = parseIntegrity(`${digestOf('sha256')} ${other}`);
  await assert.rejects(readSource(kPath, { digests: weaker }), failure('fetch-failed', other));
});

test('loads with other digests do not share a download', async () => {
  const url = `${site.origin}/model`;
  const [right, wrong] = await Promise.allSettled([
    readSource(url, { digests: [digestOf('sha256')] }),
    readSource(url, { digests: [kWrong] }),
  ]);
  assert.deepEqual([right.status, wrong.status], ['fulfilled', 'rejected']);
});

for (const integrity of ['', 'md5-abc', 'sha256', 'sha256-$', `${kWrong} nonsense`]) {
  test(`'${integrity}' is no integrity`, async () => {
    await assert.rejects(
      loadModel(kPath, { ...kBase, integrity }),
      failure('bad-input', 'integrity', 'sha384', JSON.stringify(integrity)),
    );
  });
}

test('without a secure context it says so', async () => {
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
  try {
    await assert.rejects(
      readSource(kPath, { digests: [kWrong] }),
      failure('unsupported-environment', 'integrity', 'secure contexts', 'https'),
    );
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
  }
});
