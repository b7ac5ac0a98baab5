// TypeScript into dist/: bundles for browsers and for Node, and the types.

import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { distFolder, rootFolder, typescriptCompiler } from '../setup/paths.mjs';
import { capture, SetupError } from '../setup/process.mjs';
import { filesBelow, unlessUnchanged } from './stamp.mjs';

/** The first browsers with WebAssembly SIMD (nothing older can run the engine) and private fields. */
const kBrowsers = ['chrome91', 'firefox90', 'safari16.4'];

/** What must be there for the step to be done; the rest is made with these. */
const kOutputs = [
  ...['index.js', 'video.js', 'worker.js', 'filigree.iife.js', 'filigree-video.iife.js', 'cli.js'],
  ...['node/index.js', 'node/index.cjs', 'types/index.d.ts', 'types-commonjs/index.d.ts'],
];

/**
 * Code of ours that other people's bundlers read, with the comments that make them leave it alone:
 * esbuild takes comments away with the white space.
 */
const kImportUnbundled =
  'const importUnbundled = (url) => import(/* @vite-ignore */ /* webpackIgnore: true */ url);';

const source = (...path) => join(rootFolder, 'js', ...path);

/** `#platform` and its like resolve through package.json's "imports", by the platform's condition. */
async function bundle(esbuild, options) {
  const { warnings } = await esbuild.build({
    absWorkingDir: rootFolder,
    bundle: true,
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    sourcemap: 'linked',
    ...options,
  });
  // esbuild has printed them.
  if (warnings.length > 0) throw new SetupError(`esbuild: ${warnings.length} warnings`);
}

async function bundleAll() {
  const esbuild = await import('esbuild');
  const main = source('index.ts');
  const worker = source('worker.ts');
  const browser = { platform: 'browser', target: kBrowsers, outdir: distFolder };
  const node = {
    platform: 'node',
    target: 'node20',
    outdir: join(distFolder, 'node'),
    // Nobody waits for its transfer, and the comments for bundlers stay.
    minifyWhitespace: false,
    chunkNames: 'chunk-[hash]',
  };
  await Promise.all([
    // Nothing is shared between them: bundlers copy the worker as it is, under another name, so that
    // it must not need a file beside itself, and what the others share is small.
    bundle(esbuild, {
      ...browser,
      banner: { js: kImportUnbundled },
      entryPoints: { index: main, video: source('video', 'index.ts') },
    }),
    // Which no bundler reads, so that it goes without the comments for them.
    bundle(esbuild, {
      ...browser,
      banner: { js: 'const importUnbundled=u=>import(u);' },
      entryPoints: { worker },
    }),
    bundle(esbuild, {
      ...browser,
      entryPoints: { 'filigree.iife': main },
      format: 'iife',
      globalName: 'filigree',
      define: { 'import.meta.url': 'scriptUrl' },
      inject: [source('platform', 'plain_script.ts')],
    }),
    bundle(esbuild, {
      ...browser,
      entryPoints: { 'filigree-video.iife': source('video', 'index.ts') },
      format: 'iife',
      globalName: 'filigreeVideo',
    }),
    bundle(esbuild, {
      ...node,
      entryPoints: { index: main, worker, cli: source('cli', 'main.ts') },
      // The programs share their code; each of them stays a file beside the engine's glue, since
      // the engine is found relative to the module.
      splitting: true,
      external: ['sharp'],
    }),
    // For require(), which cannot load ES modules in Node 20.
    bundle(esbuild, {
      ...node,
      entryPoints: { index: main },
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      define: { 'import.meta.url': 'moduleUrl' },
      banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    }),
  ]);
  // The program that npm links as `filigree`.
  const program = join(distFolder, 'cli.js');
  writeFileSync(program, "#!/usr/bin/env node\nimport './node/cli.js';\n");
  chmodSync(program, 0o755);
}

/** Shared code is named after its content: what an earlier build left would be shipped for ever. */
function removeOldChunks() {
  const folder = join(distFolder, 'node');
  for (const file of readdirSync(folder)) {
    if (file.startsWith('chunk-')) rmSync(join(folder, file));
  }
}

/** The types, and once more for require(): in a CommonJS package the same text means CommonJS. */
async function declareTypes() {
  await capture(typescriptCompiler, ['--project', 'tsconfig.build.json'], { cwd: rootFolder });
  const folder = join(distFolder, 'types-commonjs');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(distFolder, 'types'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

/**
 * @param {(text: string) => void} note
 */
export async function buildTypeScript(note) {
  const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const inputs = [
    ...filesBelow(source()).filter((file) => file.endsWith('.ts')),
    ...settings.map((file) => join(rootFolder, file)),
    ...filesBelow(join(rootFolder, 'scripts', 'build')),
  ];
  const paths = kOutputs.map((file) => join(distFolder, file));
  const ran = await unlessUnchanged('typescript', inputs, paths, async () => {
    mkdirSync(join(distFolder, 'node'), { recursive: true });
    removeOldChunks();
    await Promise.all([bundleAll(), declareTypes()]);
  });
  if (ran) note('bundled');
}
