// The pages that browser tests and the comparison with other engines run in: bundles
// test/browser/pages into build/browser/pages. filigree itself stays what is shipped, the files of
// dist/; only the tests' own helpers and LiteRT.js are bundled.

import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildFolder, rootFolder } from '../setup/paths.mjs';

const sourceFolder = join(rootFolder, 'test', 'browser', 'pages');

/** The root of the tests' servers. */
export const pageFolder = join(buildFolder, 'browser', 'pages');

/** The scripts of the pages; what they import goes into them. */
const kEntries = ['harness.ts', 'worker.ts'];

/**
 * Import maps do not reach into workers, so the package is named by its URL.
 * @type {import('esbuild').Plugin}
 */
const packageByUrl = {
  name: 'filigree by URL',
  setup({ onResolve }) {
    onResolve({ filter: /^filigree$/ }, () => ({ path: '/dist/index.js', external: true }));
  },
};

export async function buildPages() {
  rmSync(pageFolder, { recursive: true, force: true });
  mkdirSync(pageFolder, { recursive: true });
  for (const file of readdirSync(sourceFolder)) {
    if (!file.endsWith('.ts')) cpSync(join(sourceFolder, file), join(pageFolder, file));
  }
  await build({
    entryPoints: kEntries.map((file) => join(sourceFolder, file)),
    outdir: pageFolder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [packageByUrl],
  });
}
