// A site for the tests of loading: a page, the package and a model, where a test may answer any path
// in its own way, and sees what was asked for.

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { kIsolationHeaders } from '../../scripts/serve.mjs';
import { modelFolder, rootFolder } from '../../scripts/setup/paths.mjs';
import { test as base, expect } from './fixtures.js';

export const kModel = 'face_detection_short_range.tflite';

/** The bytes of the model that the site serves. */
export const modelBytes = readFileSync(join(modelFolder, kModel));

const kTypes: Record<string, string> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};

export class LoadingSite {
  /** Answers of the test, by path; they come before the site's own. */
  readonly answers = new Map<string, RequestListener>();
  /** Headers of every answer that isolate the site. */
  isolation: Record<string, string> = kIsolationHeaders;
  /** The paths that were asked for, in order. */
  readonly requests: string[] = [];
  /** Paths of answers whose connection was closed before they were complete. */
  readonly brokenOff: string[] = [];
  readonly #server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    this.requests.push(path);
    response.on('close', () => {
      if (!response.writableFinished) this.brokenOff.push(path);
    });
    for (const [name, value] of Object.entries(this.isolation)) response.setHeader(name, value);
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    response.setHeader('Access-Control-Allow-Origin', '*');
    const answer = this.answers.get(path);
    if (answer) answer(request, response);
    else this.#answer(path, response);
  });

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/`;
  }

  #answer(path: string, response: Parameters<RequestListener>[1]): void {
    const found = siteFile(path);
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    // The page and its scripts are kept by the browser's own cache. What filigree fetches is not: if
    // it is there without a request, it is filigree that kept it.
    const cache = found.isFetched ? 'no-store' : 'max-age=3600';
    response.writeHead(200, {
      'Content-Type': found.type,
      'Content-Length': found.bytes.length,
      'Cache-Control': cache,
    });
    response.end(found.bytes);
  }

  open(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Nobody is there any more. May be called again. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** How often a path that ends so was asked for. */
  countOf(end: string): number {
    return this.requests.filter((path) => path.endsWith(end)).length;
  }
}

/** What the site has under a path. */
export function siteFile(path: string) {
  if (path === '/') {
    const bytes = Buffer.from('<!doctype html><link rel="icon" href="data:,"><title>test</title>');
    return { bytes, type: 'text/html', isFetched: false };
  }
  if (path === '/model') {
    return { bytes: modelBytes, type: 'application/octet-stream', isFetched: true };
  }
  const type = kTypes[extname(path)];
  if (!type || !/^\/dist\/[\w.-]+$/.test(path)) return undefined;
  const bytes = readFileSync(join(rootFolder, path));
  return { bytes, type, isFetched: type === kTypes['.wasm'] };
}

export const test = base.extend<{ site: LoadingSite }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  site: async ({}, use) => {
    const site = new LoadingSite();
    await site.open();
    await use(site);
    await site.close();
  },
});

export { expect };
