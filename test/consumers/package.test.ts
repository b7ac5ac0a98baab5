// What is in the tarball, and what those say who check packages.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesBelow } from '../../scripts/build/stamp.mjs';
import { installedFolder, tarball } from '../../scripts/test/consumers.mjs';
import { toolProgram } from './support/project.js';

const packageFolder = join(installedFolder, 'node_modules', 'filigree');

function check(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(toolProgram(program), args, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

test('publint has nothing to say', () => {
  assert.match(check('publint', 'run', '--strict', tarball), /All good/);
});

test('the types are right for import, require and bundlers', () => {
  // Resolution of Node 10, which knew no "exports", is nothing that a supported Node has.
  const main = ['--profile', 'node16', '--entrypoints', '.'];
  check('attw', tarball, ...main);
  // For browsers alone, which have no require().
  const video = ['--profile', 'esm-only', '--entrypoints', 'video'];
  check('attw', tarball, ...video);
});

test('everything that package.json names is there, and nothing of the tests or sources', () => {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const { exports, bin, sideEffects, unpkg, jsdelivr, types } = manifest;
  const named = [exports, bin, sideEffects, unpkg, jsdelivr, types].flatMap(texts);
  const files = named.filter((name) => !name.includes('*'));
  assert.ok(files.length > 10);
  for (const file of files) assert.ok(existsSync(join(packageFolder, file)), file);
  const shipped = filesBelow(packageFolder).map((file: string) =>
    file.slice(packageFolder.length + 1),
  );
  const kOther = /^(dist\/.*|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
  for (const file of shipped) assert.match(file, kOther);
});

test('the only dependency is wasm-feature-detect', () => {
  const { dependencies } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(dependencies), ['wasm-feature-detect']);
});

/** All texts in a value of JSON. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(texts) : [];
}
