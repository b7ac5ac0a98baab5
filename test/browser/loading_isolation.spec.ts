// The ways to threads that docs/isolation.md names, its code as it stands there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { kIsolationHeaders } from '../../scripts/serve.mjs';
import { rootFolder } from '../../scripts/setup/paths.mjs';
import type { Engine } from './engines.js';
import { expectedBuild } from './expected_build.js';
import { expect, test } from './loading_site.js';

const kDocument = readFileSync(join(rootFolder, 'docs', 'isolation.md'), 'utf8');

/** The document's only block of code in that language. */
function codeOf(language: string): string {
  const blocks = [...kDocument.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))];
  expect(blocks).toHaveLength(1);
  return blocks[0][1];
}

/** Loads, runs, and says on how many threads and why. */
function threadsOf(page: Page, worker: boolean) {
  return page.evaluate(async (worker) => {
    const { loadModel } = await import('/dist/index.js' as string);
    const model = await loadModel('/model', { worker, threads: 2 });
    await model.run(new Float32Array(128 * 128 * 3));
    const { threads, reasons } = await model.explain();
    model.dispose();
    return [threads, reasons.threads];
  }, worker);
}

const kHeaders = {
  'require-corp': kIsolationHeaders,
  credentialless: { ...kIsolationHeaders, 'Cross-Origin-Embedder-Policy': 'credentialless' },
  'Document-Isolation-Policy': { 'Document-Isolation-Policy': 'isolate-and-require-corp' },
};

/** What threadsOf shall say of a page that this way isolates, if the engine knows the way. */
function expectedThreads(engine: Engine, isolated: boolean) {
  const wish = { variant: 'simd', threads: 2 } as const;
  const { threads, reasons } = expectedBuild(wish, engine, isolated);
  return [threads, reasons.threads];
}

for (const worker of [true, false]) {
  const where = worker ? 'engine in a worker' : 'engine in the window';

  for (const name of Object.keys(kHeaders) as (keyof typeof kHeaders)[]) {
    test(`${where}: threads by ${name}`, async ({ engine, page, site }) => {
      site.isolation = kHeaders[name];
      await page.goto(site.url);
      const expected = expectedThreads(engine, engine.isolation.includes(name));
      expect(await threadsOf(page, worker)).toEqual(expected);
    });
  }

  test(`${where}: threads by a service worker`, async ({ engine, page, site }) => {
    site.isolation = {};
    site.answers.set('/', (_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><title>test</title>${codeOf('html')}`);
    });
    site.answers.set('/isolate.js', (_, response) => {
      response.setHeader('content-type', 'text/javascript');
      response.end(codeOf('js'));
    });
    await page.goto(site.url);
    await page.waitForFunction(() => globalThis.crossOriginIsolated);
    expect(await threadsOf(page, worker)).toEqual(expectedThreads(engine, true));
  });

  test(`${where}: one thread without any of it, and it says so`, async ({ engine, page, site }) => {
    site.isolation = {};
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(site.url);
    expect(await threadsOf(page, worker)).toEqual(expectedThreads(engine, false));
    expect(said).toEqual([]);
  });
}
