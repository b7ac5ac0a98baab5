// What differs between browsers and Node. `#platform` is web.ts or node.ts, chosen by the bundler's
// (or Node's) conditions through package.json's "imports", so that no `node:` import reaches a page.

import type { GlueFactory } from '../bindings/glue.js';
import type { Engine, EngineRequest } from '../engine/engine.js';
import type { Variant } from '../environment.js';

/** Our end of a worker, or the worker's end of us. */
export interface Port {
  post(message: unknown, transfer: Transferable[]): void;
  /** Where messages go. Set before anything is posted. */
  onMessage: (message: unknown) => void;
  /** The other side died, or never came to life. */
  onFailure: (message: string) => void;
  /** Whether an answer is awaited: in Node, the process stays alive for that and not otherwise. */
  setBusy(busy: boolean): void;
  /** Ends the worker at once, whatever it is doing. */
  close(): void;
}

export interface Platform {
  /** Whether the engine lives in a worker unless the caller says otherwise. */
  readonly workerByDefault: boolean;
  isolated(): boolean;
  cores(): number;
  /** Tries to switch relaxed SIMD on where that can be done at run time. */
  enableRelaxedSimd?(): void;
  /** The absolute URL of a folder, with a slash at the end. */
  folderUrl(folder: string | URL): string;
  /** The bytes of a local file; undefined where `source` is none, or there is no file system. */
  readFile(source: string | URL): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Absolute URL of the module that Emscripten made beside a build, in `base` or beside this one. */
  glueUrl(variant: Variant, base: string | undefined): string;
  /** What that module exports. */
  importGlue(url: string): Promise<GlueFactory>;
  /** Where a build's WebAssembly is. */
  wasmUrl(variant: Variant, base: string | undefined): URL;
  /** A new worker that runs the glue as a thread of an instance; in Node the glue does it itself. */
  startThread?(glueUrl: string): Worker;
  /** A new worker that runs worker.ts. */
  startWorker(base: string | undefined): Port;
  /** In that worker: the way to who started it. Elsewhere undefined. */
  hostPort(): Port | undefined;
  /** Opens an engine on this thread. Browsers load its code only now: most pages have a worker. */
  openEngine(request: EngineRequest): Promise<Engine>;
}
