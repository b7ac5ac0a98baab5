// Node: files, worker threads, and the engine's assets around the bundle in dist/node/.

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { parentPort, Worker } from 'node:worker_threads';
import type { Platform, Port } from './platform.js';

/** dist/, seen from a module in dist/node/. */
const defaultBase = () => new URL('../', import.meta.url).href;

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
    const url = (fileUrl(folder) ?? new URL(folder)).href;
    return url.endsWith('/') ? url : `${url}/`;
  },

  async readFile(source) {
    const url = fileUrl(source);
    if (!url) return undefined;
    const bytes = await readFile(fileURLToPath(url));
    // Small files come out of a pool that others use too.
    return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  },

  async importGlue(variant, base = defaultBase()) {
    const url = new URL(`node/filigree-${variant}.js`, base).href;
    return (await import(url)).default;
  },

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
    const port = emptyPort();
    if (!parentPort) throw new Error('worker.js is not a program: loadModel starts it');
    const parent = parentPort;
    port.post = (message, transfer) => parent.postMessage(message, transfer as never);
    parent.on('message', (message) => port.onMessage(message));
    return port;
  },
};
