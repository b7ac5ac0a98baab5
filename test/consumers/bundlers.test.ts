// Bundlers with nothing set that the package would ask for: what they make runs, with threads.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as esbuild from 'esbuild';
import { kIsolationHeaders } from '../../scripts/serve.mjs';
import { modelFolder } from '../../scripts/setup/paths.mjs';
import {
  importTool,
  kWithout,
  kWithThreads,
  look,
  lookAt,
  makeApp,
  replace,
  skip,
  type Vite,
} from './support/project.js';

/** What a project says about itself, and no more. */
const viteConfig = (root: string) => ({ root, configFile: false, logLevel: 'error' });

// Version 7 was the last that made its own bundles of packages by esbuild.
for (const [name, version] of [
  ['vite', 8],
  ['vite7', 7],
] as const) {
  test(`Vite ${version}, its server`, { skip }, async () => {
    const { createServer } = await importTool<Vite>(name);
    const root = makeApp(`${name}_server`);
    const model = join('models', 'face_detection_short_range.tflite');
    cpSync(join(modelFolder, '..', model), join(root, 'public', model));
    for (const [headers, expected] of [
      [{}, kWithout],
      [kIsolationHeaders, kWithThreads],
    ] as const) {
      const server = await createServer({ ...viteConfig(root), server: { headers, port: 0 } });
      try {
        await server.listen();
        assert.equal(await look(server.resolvedUrls.local[0]), expected);
      } finally {
        await server.close();
      }
    }
  });

  test(`Vite ${version}, its build`, { skip }, async () => {
    const { build } = await importTool<Vite>(name);
    const root = makeApp(`${name}_build`);
    await build(viteConfig(root));
    assert.equal(await lookAt(join(root, 'dist'), true), kWithThreads);
    assert.equal(await lookAt(join(root, 'dist'), false), kWithout);
  });
}

interface Stats {
  hasErrors(): boolean;
  hasWarnings(): boolean;
  toString(): string;
}

type Webpack = (config: object, done: (error: Error | null, stats: Stats) => void) => void;

/** Runs webpack; a warning is a failure too. */
async function runWebpack(config: object): Promise<void> {
  const { default: webpack } = await importTool<{ default: Webpack }>('webpack');
  // A build of the engine is larger than webpack likes its pages to be.
  const options = { mode: 'production', performance: { hints: false }, ...config };
  const stats = await new Promise<Stats>((resolve, reject) => {
    webpack(options, (error, result) => (error ? reject(error) : resolve(result)));
  });
  assert.ok(!stats.hasErrors() && !stats.hasWarnings(), stats.toString());
}

test('webpack', { skip }, async () => {
  const context = makeApp('webpack');
  const path = join(context, 'dist');
  await runWebpack({ context, entry: './main.js', output: { path, filename: 'main.js' } });
  cpSync(join(context, 'index.html'), join(path, 'index.html'));
  assert.equal(await lookAt(path), kWithThreads);
});

test("webpack for a server: the model runs in Node, out of the server's bundle", async () => {
  const context = makeApp('webpack_server');
  const path = join(context, 'dist');
  await runWebpack({
    context,
    target: 'node',
    entry: './server.js',
    output: { path, filename: 'server.cjs' },
  });
  const model = join(modelFolder, 'face_detection_short_range.tflite');
  const text = execFileSync(process.execPath, [join(path, 'server.cjs'), model]);
  assert.equal(text.toString().trim(), 'simd-threads, 2 threads, finite');
});

/** For bundlers that leave `new URL(…)` alone: the files go where their output is. */
function copyAssets(project: string, target: string): void {
  const program = join(project, 'node_modules', 'filigree', 'dist', 'cli.js');
  execFileSync(process.execPath, [program, 'copy-assets', target]);
  cpSync(join(project, 'index.html'), join(target, 'index.html'));
}

test('esbuild, and filigree copy-assets', { skip }, async () => {
  const root = makeApp('esbuild');
  const outdir = join(root, 'dist');
  const entryPoints = [join(root, 'main.js')];
  await esbuild.build({ entryPoints, outdir, bundle: true, format: 'esm', logLevel: 'warning' });
  copyAssets(root, outdir);
  assert.equal(await lookAt(outdir), kWithThreads);
});

interface Rollup {
  rollup(options: object): Promise<{ write(options: object): Promise<unknown> }>;
}

test('Rollup, and filigree copy-assets', { skip }, async () => {
  const { rollup } = await importTool<Rollup>('rollup');
  type Plugin = { nodeResolve(options: object): unknown };
  const { nodeResolve } = await importTool<Plugin>('@rollup/plugin-node-resolve');
  const root = makeApp('rollup');
  const warnings: string[] = [];
  const { write } = await rollup({
    input: join(root, 'main.js'),
    plugins: [nodeResolve({ browser: true })],
    onwarn: ({ message }: { message: string }) => warnings.push(message),
  });
  await write({ dir: join(root, 'dist'), format: 'es' });
  assert.deepEqual(warnings, []);
  copyAssets(root, join(root, 'dist'));
  assert.equal(await lookAt(join(root, 'dist')), kWithThreads);
});

test('no bundler: a module script', { skip }, async () => {
  const root = makeApp('module_script');
  const main = join(root, 'main.js');
  replace(main, "'filigree'", "'./node_modules/filigree/dist/index.js'");
  replace(main, "'filigree/video'", "'./node_modules/filigree/dist/video.js'");
  assert.equal(await lookAt(root), kWithThreads);
});

test('no bundler: a plain script', { skip }, async () => {
  const root = makeApp('plain_script');
  const page = join(root, 'index.html');
  const main = join(root, 'main.js');
  for (const [file, global, names, specifier] of [
    ['filigree', 'filigree', '{ FiligreeError, loadModel }', 'filigree'],
    ['filigree-video', 'filigreeVideo', '{ processTrack }', 'filigree/video'],
  ]) {
    const tag = `<script src="./node_modules/filigree/dist/${file}.iife.js"></script>`;
    replace(page, '</head>', `${tag}</head>`);
    replace(main, `import ${names} from '${specifier}';`, `const ${names} = ${global};`);
  }
  assert.equal(await lookAt(root), kWithThreads);
});
