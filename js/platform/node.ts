// Node: files, worker threads, and the engine's assets around the bundle in dist/node/.

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { parentPort, Worker } from 'node:worker_threads';
import { FiligreeError } from '../errors.js';
import type { Platform, Port } from './platform.js';

/** Not written into `new URL(…)`: a server's bundler would look for an asset of that name. */
const here = import.meta.url;

/** dist/, seen from a module in dist/node/. */
const defaultBase = () => new URL('../', here).href;

const emptyPort = (): Port => ({
  post: () => {},
  onMessage: () => {},
  onFailure: () => {},
  setBusy: () => {},
  close: () => {},
});

/** A local path or file: URL as a file: URL; undefined for other kinds of URLs. */
function fileUrl(source: string | URL): URL | undefined {
  if (source instanceof URL) return source.protocol === 'file:' ? source : undefined;
  if (source.startsWith('file:')) return new URL(source);
  // A scheme of one letter is a Windows drive.
  return /^[a-z][a-z0-9+.-]+:/i.test(source) ? undefined : pathToFileURL(source);
}

export const platform: Platform = {
  workerByDefault: false,

  // Memory can always be shared between the threads of a Node process.
  isolated: () => true,

  cores: () => availableParallelism(),

  enableRelaxedSimd() {
    // Node 20 hides it behind a flag that counts for every module compiled after it was set.
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  },

  folderUrl(folder) {
    try {
      const url = (fileUrl(folder) ?? new URL(folder)).href;
      return url.endsWith('/') ? url : `${url}/`;
    } catch (cause) {
      const text = `baseUrl: expected a URL or the path of a folder, got ${folder}`;
      throw new FiligreeError('bad-input', text, { cause });
    }
  },

  async readFile(source) {
    const url = fileUrl(source);
    if (!url) return undefined;
    const bytes = await readFile(fileURLToPath(url));
    // Small files come out of a pool that others use too.
    return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  },

  glueUrl: (variant, base = defaultBase()) => new URL(`node/filigree-${variant}.js`, base).href,

  importGlue: async (url) => (await import(/* webpackIgnore: true */ url)).default,

  wasmUrl: (variant, base = defaultBase()) => new URL(`filigree-${variant}.wasm`, base),

  startWorker(base = defaultBase()) {
    const worker = new Worker(new URL('node/worker.js', base), { name: 'filigree' });
    const port = emptyPort();
    port.post = (message, transfer) => worker.postMessage(message, transfer as never);
    port.setBusy = (busy) => (busy ? worker.ref() : worker.unref());
    port.close = () => void worker.terminate();
    worker.on('message', (message) => port.onMessage(message));
    worker.on('messageerror', () => port.onFailure('a message from it could not be read'));
    worker.on('error', (error) => port.onFailure(error.message));
    worker.on('exit', (code) => port.onFailure(`it ended with exit code ${code}`));
    return port;
  },

  hostPort() {
    if (!parentPort) return undefined;
    const port = emptyPort();
    const parent = parentPort;
    port.post = (message, transfer) => parent.postMessage(message, transfer as never);
    parent.on('message', (message) => port.onMessage(message));
    return port;
  },

  openEngine: async (request) => (await import('../bindings/engine.js')).openEngine(request),
};
