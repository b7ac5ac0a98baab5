// The pages that browser tests and the comparison with other engines run in. filigree itself stays
// what is shipped, the files of dist/; only the tests' own helpers and LiteRT.js are bundled.

import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFolder, rootFolder } from '../setup/paths.mjs';

const sourceFolder = join(rootFolder, 'test', 'browser', 'pages');

/** The root of the tests' servers. */
export const pageFolder = join(buildFolder, 'browser', 'pages');

const kEntries = [
  'harness.ts',
  'worker.ts',
  'hidden_tab.ts',
  'draw_lime.ts',
  'draw_and_fail.ts',
  'draw_beside_copy.ts',
  'track_in_worker.ts',
];

/**
 * Import maps do not reach into workers, so the package is named by its URL.
 * @type {import('esbuild').Plugin}
 */
const packageByUrl = {
  name: 'filigree by URL',
  setup({ onResolve }) {
    onResolve({ filter: /^filigree$/ }, () => ({ path: '/dist/index.js', external: true }));
    onResolve({ filter: /^filigree\/video$/ }, () => ({ path: '/dist/video.js', external: true }));
  },
};

/**
 * Bundles scripts of a folder and copies what is not TypeScript beside them.
 * @param {string} source
 * @param {string} target made anew
 * @param {string[]} entries the scripts of the pages; what they import goes into them
 */
export async function bundlePages(source, target, entries) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(source)) {
    if (!file.endsWith('.ts')) cpSync(join(source, file), join(target, file));
  }
  await build({
    entryPoints: entries.map((file) => join(source, file)),
    outdir: target,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [packageByUrl],
  });
}

/** The pages of the browser tests. */
export function buildPages() {
  return bundlePages(sourceFolder, pageFolder, kEntries);
}
