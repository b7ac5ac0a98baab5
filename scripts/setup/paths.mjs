// Where things are: the tree, the build folder inside it, and the per-user cache that survives it.

import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const buildFolder = join(rootFolder, 'build');
export const distFolder = join(rootFolder, 'dist');
export const stampFolder = join(buildFolder, 'stamps');
export const modelFolder = join(buildFolder, 'models');
export const photoFolder = join(buildFolder, 'photos');

/** Toolchains live outside the tree, so that a second clone or `rm -rf build` need not fetch again. */
export const cacheFolder =
  process.env.FILIGREE_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'filigree');

/** A program that npm installed. */
export function nodeProgram(name) {
  return join(rootFolder, 'node_modules', '.bin', name);
}

/**
 * TypeScript 7. The package `typescript` is its forerunner, for programs that read code through the
 * compiler's JavaScript interface (TypeDoc), which the newer one does not have; both bring a `tsc`.
 */
export const typescriptCompiler = join(
  rootFolder,
  'node_modules',
  '@typescript',
  'native',
  'bin',
  'tsc',
);
