// `filigree copy-assets`: everything that a page may ask for arrives, and what goes wrong is said.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { distUrl } from './support/fixtures.js';

const kProgram = fileURLToPath(new URL('node/cli.js', distUrl));

function copyAssets(...args: string[]) {
  return spawnSync(process.execPath, [kProgram, 'copy-assets', ...args], { encoding: 'utf8' });
}

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filigree-'));
});
after(() => rm(folder, { recursive: true }));

test('every asset that the page scripts name is copied, and nothing else', async () => {
  const target = join(folder, 'new', 'assets');
  const { status, stdout, stderr } = copyAssets(target);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  const files = ['index.js', 'video.js'].map((file) => readFile(new URL(file, distUrl), 'utf8'));
  const script = (await Promise.all(files)).join('');
  const named = [...script.matchAll(/new URL\("\.\/([^"]+)"/g)].map(([, name]) => name);
  assert.equal(named.length, 10);
  assert.deepEqual((await readdir(target)).sort(), named.sort());
  for (const name of named) {
    assert.match(stdout, new RegExp(`^${name} +\\d+`, 'm'));
    const copy = await readFile(join(target, name));
    assert.ok(copy.equals(await readFile(new URL(name, distUrl))), name);
  }
  assert.match(stdout, /10 files copied to .*assets/);
});

test('a second time overwrites, and --json prints names and bytes', async () => {
  const target = join(folder, 'again');
  assert.equal(copyAssets(target).status, 0);
  await writeFile(join(target, 'worker.js'), 'old');
  const { status, stdout } = copyAssets(target, '--json');
  assert.equal(status, 0);
  const { bytes } = JSON.parse(stdout).find(({ name }: { name: string }) => name === 'worker.js');
  assert.equal(bytes, (await readFile(join(target, 'worker.js'))).byteLength);
  assert.ok(bytes > 1000);
});

test('a file in the place of the folder is said to be the problem', async () => {
  const target = join(folder, 'file');
  await writeFile(target, '');
  const { status, stdout, stderr } = copyAssets(target);
  assert.match(stderr, /bad-input: .*file: expected a folder that can be written to/);
  assert.equal(stdout, '');
  assert.equal(status, 1);
});

test('wrong usage: no folder, and two', () => {
  for (const [args, text] of [
    [[], /DIR is missing/],
    [['a', 'b'], /one DIR is expected, got also b/],
  ] as const) {
    const { status, stderr } = copyAssets(...args);
    assert.match(stderr, text);
    assert.equal(status, 2);
  }
});
