// The engine's WebAssembly over the network: compiled while it arrives, once for all, and what is said
// when something else arrives.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { compileEngine } from '../../js/compile.js';
import { distUrl, failure } from './support/fixtures.js';
import { gate, openSite, type Site, until } from './support/site.js';

const kFile = 'filigree-simd.wasm';
const kWasm = readFileSync(new URL(kFile, distUrl));
const kPage = '<!doctype html><title>App</title>';
const kType = 'application/wasm';

const door = gate();
let site: Site;

before(async () => {
  const answer = (type: string, bytes: string | Uint8Array, status = 200) => {
    return (_: unknown, response: import('node:http').ServerResponse) => {
      response.writeHead(status, { 'content-type': type }).end(bytes);
    };
  };
  site = await openSite({
    [`/right/${kFile}`]: answer(kType, kWasm),
    [`/untyped/${kFile}`]: answer('application/octet-stream', kWasm),
    [`/parameter/${kFile}`]: answer(`${kType}; charset=utf-8`, kWasm),
    [`/page/${kFile}`]: answer('text/html', kPage),
    [`/fragment/${kFile}`]: answer('text/html', '\n<div id="root"></div>'),
    [`/disguised/${kFile}`]: answer(kType, kPage),
    [`/missing/${kFile}`]: answer('text/html', kPage, 404),
    [`/empty/${kFile}`]: answer(kType, ''),
    [`/half/${kFile}`]: answer(kType, kWasm.subarray(0, 50_000)),
    [`/other/${kFile}`]: answer(kType, 'something else'),
    [`/slow/${kFile}`]: async (_, response) => {
      response.writeHead(200, { 'content-type': kType, 'content-length': kWasm.length });
      response.write(kWasm.subarray(0, 1000));
      await door.opened;
      response.end(kWasm.subarray(1000));
    },
  });
});
after(() => site.close());

const compile = (folder: string, options = {}) =>
  compileEngine('simd', `${site.origin}/${folder}/`, options);

for (const folder of ['right', 'untyped', 'parameter']) {
  test(`compiles what is served as it should be, or nearly: ${folder}`, async () => {
    const [first, second] = await Promise.all([compile(folder), compile(folder)]);
    assert.ok(first.module instanceof WebAssembly.Module);
    assert.equal(second.module, first.module);
    assert.equal((await compile(folder)).module, first.module);
    const requests = site.requests.filter((path) => path.startsWith(`/${folder}/`));
    assert.equal(requests.length, 1);
  });
}

test('the right type is compiled while it arrives, another one is not', async () => {
  const { compileStreaming } = WebAssembly;
  let calls = 0;
  WebAssembly.compileStreaming = (source) => {
    ++calls;
    return compileStreaming(source);
  };
  try {
    // Folders of their own, since nothing is compiled twice.
    for (const [type, expected] of [[kType, 1] as const, ['text/plain', 0] as const]) {
      const other = await openSite({
        [`/${kFile}`]: (_, response) => {
          response.writeHead(200, { 'content-type': type }).end(kWasm);
        },
      });
      calls = 0;
      await compileEngine('simd', `${other.origin}/`);
      assert.equal(calls, expected, type);
      await other.close();
    }
  } finally {
    WebAssembly.compileStreaming = compileStreaming;
  }
});

const kFailures: Record<string, (string | RegExp)[]> = {
  page: ['HTML page', "the engine's WebAssembly"],
  fragment: ['HTML page'],
  disguised: ['HTML page'],
  missing: ['404'],
  empty: ['is empty'],
  half: ['damaged'],
  other: ['no WebAssembly'],
};

for (const [folder, texts] of Object.entries(kFailures)) {
  test(`says what is wrong with the engine's file: ${folder}`, async () => {
    const expected = failure('fetch-failed', `/${folder}/${kFile}: `, 'baseUrl', ...texts);
    await assert.rejects(compile(folder), expected);
    // A failure is forgotten: the server may have been mended.
    await assert.rejects(compile(folder), expected);
    assert.equal(site.requests.filter((path) => path.startsWith(`/${folder}/`)).length, 2);
  });
}

test('a page that must not compile is told from a file that cannot be compiled', async () => {
  const { compile: original } = WebAssembly;
  WebAssembly.compile = () =>
    Promise.reject(new WebAssembly.CompileError('violates the Content Security policy'));
  try {
    await assert.rejects(
      compileEngine('simd-threads', distUrl),
      failure('unsupported-environment', 'violates', 'wasm-unsafe-eval'),
    );
  } finally {
    WebAssembly.compile = original;
  }
});

test('a signal ends the download, but not for another who waits', async () => {
  const controller = new AbortController();
  const leaving = compile('slow', { signal: controller.signal });
  const staying = compile('slow');
  await until(() => site.requests.includes(`/slow/${kFile}`));
  controller.abort();
  await assert.rejects(leaving, failure('aborted'));
  door.open();
  assert.ok((await staying).module);
  assert.deepEqual(site.brokenOff, []);
});
