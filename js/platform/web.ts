// Browsers: windows and workers. Every asset is named by a literal that bundlers can follow, and only
// here in the page's own script: they copy it as it is under a name of their own, so that none of the
// assets could find another one by itself.

import type { GlueFactory } from '../bindings/glue.js';
import type { Variant } from '../environment.js';
import type { Platform } from './platform.js';
import { folderUrl, whereItIs } from './urls.js';
import { hostPort, openWorker, startModuleWorker } from './workers.js';

const kGlue: Record<Variant, () => URL> = {
  simd: () => new URL('./filigree-simd.js', import.meta.url),
  'simd-threads': () => new URL('./filigree-simd-threads.js', import.meta.url),
  relaxed: () => new URL('./filigree-relaxed.js', import.meta.url),
  'relaxed-threads': () => new URL('./filigree-relaxed-threads.js', import.meta.url),
};

const kWasm: Record<Variant, () => URL> = {
  simd: () => new URL('./filigree-simd.wasm', import.meta.url),
  'simd-threads': () => new URL('./filigree-simd-threads.wasm', import.meta.url),
  relaxed: () => new URL('./filigree-relaxed.wasm', import.meta.url),
  'relaxed-threads': () => new URL('./filigree-relaxed-threads.wasm', import.meta.url),
};

/** By its name a worker knows that it is an engine's. */
const kWorkerName = 'filigree-engine';

/** Not inside `new Worker(…)`: bundlers would make another program of it. */
const workerUrl = (base: string | undefined) =>
  base ? new URL('worker.js', base) : whereItIs(new URL('./worker.js', import.meta.url));

/**
 * `import(url)`, put in by the build: bundlers want comments in it, which minifying takes away.
 */
declare function importUnbundled<T>(url: string): Promise<T>;

export const platform: Platform = {
  workerByDefault: typeof document !== 'undefined',

  isolated: () => globalThis.crossOriginIsolated === true,

  cores: () => navigator.hardwareConcurrency || 1,

  folderUrl,

  readFile: async () => undefined,

  glueUrl: (variant, base) =>
    (base ? new URL(`filigree-${variant}.js`, base) : whereItIs(kGlue[variant]())).href,

  importGlue: async (url) => (await importUnbundled<{ default: GlueFactory }>(url)).default,

  wasmUrl(variant, base) {
    return base ? new URL(`filigree-${variant}.wasm`, base) : whereItIs(kWasm[variant]());
  },

  startThread: (script) => startModuleWorker(script, 'em-pthread'),

  startWorker: (base) => openWorker(workerUrl(base), kWorkerName),

  hostPort: () => hostPort(kWorkerName),

  async openEngine(request) {
    const url = workerUrl(request.base).href;
    const { openEngine } = await importUnbundled<Pick<Platform, 'openEngine'>>(url);
    return openEngine(request);
  },
};
