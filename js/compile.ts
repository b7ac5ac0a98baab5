// The engine's WebAssembly, compiled once for all models of a page.

import { platform } from '#platform';
import type { Variant } from './environment.js';
import { FiligreeError, messageOf } from './errors.js';

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/**
 * The compiled build, fetched at most once. A failure is forgotten, so that it can be tried again.
 * @param base absolute URL of the folder with the engine's files; undefined: beside the JavaScript
 * @throws FiligreeError `fetch-failed`, or `unsupported-environment` when compiling is not allowed
 */
export function compileEngine(
  variant: Variant,
  base: string | undefined,
): Promise<WebAssembly.Module> {
  const url = platform.wasmUrl(variant, base);
  let module = compiled.get(url.href);
  if (!module) {
    module = fetchAndCompile(url);
    compiled.set(url.href, module);
    module.catch(() => compiled.delete(url.href));
  }
  return module;
}

async function fetchAndCompile(url: URL): Promise<WebAssembly.Module> {
  try {
    const bytes = await platform.readFile(url);
    if (bytes) return await WebAssembly.compile(bytes);
    const response = await fetch(url);
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    if (type.startsWith('text/html')) throw new Error('the server answered with an HTML page');
    const isStreamable = type.startsWith('application/wasm') && WebAssembly.compileStreaming;
    return await (isStreamable
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer()));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) {
      throw new FiligreeError(
        'unsupported-environment',
        `${url}: ${messageOf(error)} (a Content-Security-Policy must allow 'wasm-unsafe-eval')`,
        { cause: error },
      );
    }
    throw new FiligreeError(
      'fetch-failed',
      `${url}: ${messageOf(error)} (the engine's files must lie beside its JavaScript, or where ` +
        'the option baseUrl says)',
      { cause: error },
    );
  }
}
