// Browsers: windows and workers. Every asset is named by a literal that bundlers can follow.

import type { GlueFactory } from '../bindings/glue.js';
import type { Variant } from '../environment.js';
import type { Platform, Port } from './platform.js';

interface Assets {
  glue(): Promise<{ default: GlueFactory }>;
  wasm(): URL;
}

const kAssets: Record<Variant, Assets> = {
  simd: {
    glue: () => import('./filigree-simd.js'),
    wasm: () => new URL('./filigree-simd.wasm', import.meta.url),
  },
  'simd-threads': {
    glue: () => import('./filigree-simd-threads.js'),
    wasm: () => new URL('./filigree-simd-threads.wasm', import.meta.url),
  },
  relaxed: {
    glue: () => import('./filigree-relaxed.js'),
    wasm: () => new URL('./filigree-relaxed.wasm', import.meta.url),
  },
  'relaxed-threads': {
    glue: () => import('./filigree-relaxed-threads.js'),
    wasm: () => new URL('./filigree-relaxed-threads.wasm', import.meta.url),
  },
};

/** Both ends of a worker look the same in a browser, but for how they end. */
function makePort(end: Worker | DedicatedWorkerGlobalScope, close: () => void): Port {
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

type DedicatedWorkerGlobalScope = Pick<Worker, 'postMessage' | 'onmessage'>;

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

  async importGlue(variant, base) {
    if (!base) return (await kAssets[variant].glue()).default;
    const url = `${base}filigree-${variant}.js`;
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)).default;
  },

  wasmUrl(variant, base) {
    return base ? new URL(`filigree-${variant}.wasm`, base) : kAssets[variant].wasm();
  },

  startWorker(base) {
    // The literal is what bundlers look for; it must stay inside the call.
    const worker = base
      ? new Worker(`${base}worker.js`, { type: 'module', name: 'filigree' })
      : new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'filigree' });
    const port = makePort(worker, () => worker.terminate());
    worker.onerror = (event) => {
      event.preventDefault();
      const place = event.filename ? ` (${event.filename}:${event.lineno})` : '';
      port.onFailure(`${event.message || 'its script could not be loaded'}${place}`);
    };
    worker.onmessageerror = () => port.onFailure('a message from it could not be read');
    return port;
  },

  hostPort: () => makePort(globalThis as unknown as DedicatedWorkerGlobalScope, () => {}),
};
