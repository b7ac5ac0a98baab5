// Browsers: windows and workers. Every asset is named by a literal that bundlers can follow, and only
// here in the page's own script: they copy it as it is under a name of their own, so that none of the
// assets could find another one by itself.

import type { GlueFactory } from '../bindings/glue.js';
import type { Variant } from '../environment.js';
import type { Platform, Port } from './platform.js';

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

/**
 * Vite's server, up to version 7, puts the script of a package into a folder of its own in
 * development and forgets the files beside it. They are still where npm put them.
 */
const whereItIs = ({ href }: URL) =>
  new URL(href.replace('/node_modules/.vite/deps/', '/node_modules/filigree/dist/'));

/**
 * Starts a module worker. Browsers start workers from the page's own origin only: a script of
 * another one is imported by a worker of one line. A Content-Security-Policy must allow that by
 * `worker-src blob:` and the other origin, and only then.
 */
function startModuleWorker(script: URL | string, name: string): Worker {
  const { href, origin } = new URL(script);
  const start = (url: string) => new Worker(url, { type: 'module', name });
  if (origin === globalThis.origin) return start(href);
  const line = new Blob([`import ${JSON.stringify(href)};`], { type: 'text/javascript' });
  // Never revoked: not every browser reads it at once, and it goes away with the page.
  return start(URL.createObjectURL(line));
}

/** By its name a worker knows that it is an engine's. */
const kWorkerName = 'filigree-engine';

/** Not inside `new Worker(…)`: bundlers would make another program of it. */
const workerUrl = (base: string | undefined) =>
  base ? new URL('worker.js', base) : whereItIs(new URL('./worker.js', import.meta.url));

/**
 * `import(url)`, put in by the build: bundlers want comments in it, which minifying takes away.
 */
declare function importUnbundled<T>(url: string): Promise<T>;

/** Both ends of a worker look the same in a browser, but for how they end. */
function makePort(end: Pick<Worker, 'postMessage' | 'onmessage'>, close: () => void): Port {
  const port: Port = {
    post: (message, transfer) => end.postMessage(message, transfer),
    onMessage: () => {},
    onFailure: () => {},
    setBusy: () => {},
    close,
  };
  end.onmessage = (event: MessageEvent) => port.onMessage(event.data);
  return port;
}

type DedicatedWorkerGlobalScope = Pick<Worker, 'postMessage' | 'onmessage'> & { name: string };

export const platform: Platform = {
  workerByDefault: typeof document !== 'undefined',

  isolated: () => globalThis.crossOriginIsolated === true,

  cores: () => navigator.hardwareConcurrency || 1,

  folderUrl(folder) {
    const here = typeof document !== 'undefined' ? document.baseURI : location.href;
    const url = new URL(folder, here).href;
    return url.endsWith('/') ? url : `${url}/`;
  },

  readFile: async () => undefined,

  glueUrl: (variant, base) =>
    (base ? new URL(`filigree-${variant}.js`, base) : whereItIs(kGlue[variant]())).href,

  importGlue: async (url) => (await importUnbundled<{ default: GlueFactory }>(url)).default,

  wasmUrl(variant, base) {
    return base ? new URL(`filigree-${variant}.wasm`, base) : whereItIs(kWasm[variant]());
  },

  startThread: (script) => startModuleWorker(script, 'em-pthread'),

  startWorker(base) {
    const url = workerUrl(base);
    const worker = startModuleWorker(url, kWorkerName);
    const port = makePort(worker, () => worker.terminate());
    worker.onerror = (event) => {
      event.preventDefault();
      const place = event.filename ? ` (${event.filename}:${event.lineno})` : '';
      port.onFailure(`${event.message || `its script could not be loaded: ${url}`}${place}`);
    };
    worker.onmessageerror = () => port.onFailure('a message from it could not be read');
    return port;
  },

  hostPort() {
    const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
    const isHost = typeof document === 'undefined' && scope.name === kWorkerName;
    return isHost ? makePort(scope, () => {}) : undefined;
  },

  async openEngine(request) {
    const url = workerUrl(request.base).href;
    const { openEngine } = await importUnbundled<Pick<Platform, 'openEngine'>>(url);
    return openEngine(request);
  },
};
