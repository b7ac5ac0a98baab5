// TypeScript into dist/: bundles for browsers and for Node, and the types.

import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { distFolder, nodeProgram, rootFolder } from '../setup/paths.mjs';
import { capture, SetupError } from '../setup/process.mjs';
import { filesBelow, unlessUnchanged } from './stamp.mjs';

/** The first browsers with WebAssembly SIMD: nothing older can run the engine. */
const kBrowsers = ['chrome91', 'firefox89', 'safari16.4'];

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
  const both = { index: source('index.ts'), worker: source('worker.ts') };
  const web = { ...both, video: source('video', 'index.ts') };
  const node = { ...both, cli: source('cli', 'main.ts') };
  await Promise.all([
    bundle(esbuild, {
      entryPoints: web,
      outdir: distFolder,
      platform: 'browser',
      target: kBrowsers,
      // What entry points share is loaded once, and its classes are the same in each.
      splitting: true,
      // Emscripten's glue lies beside the bundle and is loaded when a build is chosen.
      external: ['./filigree-*.js'],
    }),
    bundle(esbuild, {
      entryPoints: node,
      outdir: join(distFolder, 'node'),
      platform: 'node',
      target: 'node20',
      // The programs share their code; each of them stays a file beside the engine's glue, since
      // the engine is found relative to the module.
      splitting: true,
      external: ['sharp'],
    }),
  ]);
  // The program that npm links as `filigree`.
  const program = join(distFolder, 'cli.js');
  writeFileSync(program, "#!/usr/bin/env node\nimport './node/cli.js';\n");
  chmodSync(program, 0o755);
}

/** Shared code is named after its content: what an earlier build left would be shipped for ever. */
function removeOldChunks() {
  for (const folder of [distFolder, join(distFolder, 'node')]) {
    for (const file of readdirSync(folder)) {
      if (file.startsWith('chunk-')) rmSync(join(folder, file));
    }
  }
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
  const outputs = ['index.js', 'video.js', 'node/index.js', 'types/index.d.ts', 'cli.js'];
  const paths = outputs.map((file) => join(distFolder, file));
  const ran = await unlessUnchanged('typescript', inputs, paths, async () => {
    mkdirSync(join(distFolder, 'node'), { recursive: true });
    removeOldChunks();
    await Promise.all([
      bundleAll(),
      capture(nodeProgram('tsc'), ['--project', 'tsconfig.build.json'], { cwd: rootFolder }),
    ]);
  });
  if (ran) note('bundled');
}
