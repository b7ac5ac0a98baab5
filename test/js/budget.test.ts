// What one page loads stays small, and free of Node.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { distUrl } from './support/fixtures.js';

const kEngineBytes = 100_000;
const kJavaScriptBytes = 20_000;
const kVariants = ['simd', 'simd-threads', 'relaxed', 'relaxed-threads'];

const read = (name: string) => readFile(new URL(name, distUrl));

const kOwn = await ownScripts();

/** The page's script, the worker's, and what they import. */
async function ownScripts(): Promise<string[]> {
  const names = ['index.js', 'worker.js'];
  for (const name of names) {
    const imported = (await read(name)).toString().matchAll(/from ?"\.\/([^"]+)"/g);
    for (const [, other] of imported) if (!names.includes(other)) names.push(other);
  }
  return names;
}

async function transferBytes(...names: string[]): Promise<number> {
  const sizes = await Promise.all(
    names.map(async (name) => brotliCompressSync(await read(name)).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

for (const variant of kVariants) {
  test(`the engine's ${variant} build is at most ${kEngineBytes} bytes brotli`, async () => {
    const bytes = await transferBytes(`filigree-${variant}.wasm`);
    assert.ok(bytes <= kEngineBytes, `${bytes} bytes`);
  });

  test(`all JavaScript of a page with ${variant} is at most ${kJavaScriptBytes} bytes`, async () => {
    const bytes = await transferBytes(...kOwn, `filigree-${variant}.js`);
    assert.ok(bytes <= kJavaScriptBytes, `${bytes} bytes`);
    const byTag = ['filigree.iife.js', 'worker.js', `filigree-${variant}.js`];
    const bytesByTag = await transferBytes(...byTag);
    assert.ok(bytesByTag <= kJavaScriptBytes, `${bytesByTag} bytes by a script tag`);
  });
}

test('nothing that a page loads mentions a module of Node', async () => {
  for (const name of [...kOwn, 'video.js', ...kVariants.map((one) => `filigree-${one}.js`)]) {
    const text = (await read(name)).toString();
    assert.doesNotMatch(text, /['"]node:|require\(|from ?['"](fs|path|worker_threads)['"]/, name);
  }
});

test('nothing that a page loads evaluates text as code', async () => {
  for (const name of [...kOwn, 'video.js', ...kVariants.map((one) => `filigree-${one}.js`)]) {
    assert.doesNotMatch((await read(name)).toString(), /\beval\(|new Function\b/, name);
  }
});

test('no asset is so small that Vite would write it into a URL, which policies forbid', async () => {
  for (const name of ['worker.js', ...kVariants.map((one) => `filigree-${one}.js`)]) {
    assert.ok((await read(name)).length > 4096, name);
  }
});
