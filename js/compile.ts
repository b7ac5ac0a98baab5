// The engine's WebAssembly, compiled once for all models of a page.

import { platform } from '#platform';
import { Store } from './cache.js';
import { fetchFound, readBody } from './download.js';
import type { Variant } from './environment.js';
import { abortedError, FiligreeError, messageOf } from './errors.js';
import { whatInstead } from './mishaps.js';
import { SharedWork, type Waiting } from './shared.js';

export interface CompileOptions extends Waiting {
  /** Whether to look for the file in the cache, and store it there. */
  cache?: boolean | undefined;
}

export interface CompiledEngine {
  module: WebAssembly.Module;
  /** What the cache had to do with it, for explain(). */
  cacheNote: string;
}

const kHint =
  "(the engine's files must lie beside its JavaScript, or where the option baseUrl says)";
const kType = 'application/wasm';
/** Magic number and version of a WebAssembly file: by themselves a module without contents. */
const kHeaderBytes = 8;

const compiled = new SharedWork<CompiledEngine>(true);
const stored = new SharedWork<string>(true);

/**
 * The compiled build, fetched at most once. A failure is forgotten, so that it can be tried again.
 * @param base absolute URL of the folder with the engine's files; undefined: beside the JavaScript
 * @throws FiligreeError `fetch-failed`, `aborted`, or `unsupported-environment` when compiling is not
 * allowed
 */
export async function compileEngine(
  variant: Variant,
  base: string | undefined,
  { cache = false, ...waiting }: CompileOptions = {},
): Promise<CompiledEngine> {
  const { href } = platform.wasmUrl(variant, base);
  const build = await compiled.join(
    href,
    (signal, report) => fetchAndCompile(href, { cache, signal, report }),
    waiting,
  );
  const { module } = build.result;
  let { cacheNote } = build.result;
  if (cache && !cacheNote) {
    // An earlier load, which did not want it stored, has compiled it.
    const { signal } = waiting;
    const add = (stop: AbortSignal) => storeEngine(href, stop);
    cacheNote = (await stored.join(href, add, { signal })).result;
  }
  return { module, cacheNote };
}

async function fetchAndCompile(
  url: string,
  { cache, ...waiting }: CompileOptions,
): Promise<CompiledEngine> {
  const { signal, report } = waiting;
  const store = cache ? await Store.open() : undefined;
  try {
    const local = await platform.readFile(new URL(url));
    if (local) {
      report?.(local.length, local.length, true);
      const module = await compileBytes(local, WebAssembly.compile(local));
      return { module, cacheNote: cache ? 'a local file' : '' };
    }
    const kept = await store?.read(url);
    const module = kept && (await WebAssembly.compile(kept).catch(() => undefined));
    if (module) {
      report?.(kept.length, kept.length, true);
      return { module, cacheNote: 'from the cache' };
    }
    return await compileResponse(await fetchFound(url, url, signal), url, store, waiting);
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    if (error instanceof FiligreeError && error.code !== 'fetch-failed') throw error;
    const message = messageOf(error);
    const place = message.startsWith(url) ? '' : `${url}: `;
    throw new FiligreeError('fetch-failed', `${place}${message} ${kHint}`, { cause: error });
  }
}

async function compileResponse(
  response: Response,
  url: string,
  store: Store | undefined,
  waiting: Waiting,
): Promise<CompiledEngine> {
  const isStreamable = response.headers.get('content-type') === kType;
  let copy = response;
  let streaming: Promise<WebAssembly.Module> | undefined;
  if (isStreamable && WebAssembly.compileStreaming) {
    // The compiler gets the answer itself: browsers keep what they compiled beside it.
    copy = response.clone();
    streaming = WebAssembly.compileStreaming(response);
    // Until the bytes have come, nobody looks at what the compiler thinks of them.
    streaming.catch(() => {});
  }
  const bytes = await readBody(copy, waiting);
  waiting.report?.(bytes.length, bytes.length, true);
  const module = await compileBytes(bytes, streaming ?? WebAssembly.compile(bytes));
  return { module, cacheNote: (await store?.write(url, bytes, kType)) ?? '' };
}

/** Waits for the compiler, and tells a file that is none from a page that must not compile. */
async function compileBytes(
  bytes: Uint8Array<ArrayBuffer>,
  compiling: Promise<WebAssembly.Module>,
): Promise<WebAssembly.Module> {
  try {
    const module = await compiling;
    // WebKit's policy forbids not to compile, but to make something of it.
    await WebAssembly.instantiate(bytes.slice(0, kHeaderBytes));
    return module;
  } catch (error) {
    const mishap = whatInstead(bytes, "the engine's WebAssembly");
    if (mishap) throw new Error(mishap, { cause: error });
    // A policy forbids compiling, not looking.
    if (!WebAssembly.validate(bytes)) {
      throw new Error(`is damaged or no WebAssembly: ${messageOf(error)}`, { cause: error });
    }
    throw new FiligreeError(
      'unsupported-environment',
      `WebAssembly may not be compiled here: ${messageOf(error)} (a Content-Security-Policy must ` +
        "allow 'wasm-unsafe-eval')",
      { cause: error },
    );
  }
}

/** Stores the file without compiling it. */
async function storeEngine(url: string, signal: AbortSignal): Promise<string> {
  const store = await Store.open();
  if (await store.read(url)) return 'in the cache';
  if (new URL(url).protocol === 'file:') return 'a local file';
  try {
    const bytes = await readBody(await fetchFound(url, url, signal), { signal });
    if (!WebAssembly.validate(bytes)) return 'not stored: the file is damaged or no WebAssembly';
    return await store.write(url, bytes, kType);
  } catch (error) {
    if (signal.aborted) throw abortedError(signal);
    return `not stored: ${messageOf(error)}`;
  }
}
