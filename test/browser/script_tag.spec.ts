// The package by a plain script and by an import, from the page's own origin and from another one, as
// from a CDN: there the engine's worker, its threads and the wasm come cross-origin too.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Page, TestInfo } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { expect, test } from './fixtures.js';

const kWays = ['script', 'import'] as const;
type Way = (typeof kWays)[number];

interface Site {
  page: string;
  /** Where the package comes from, with a slash at the end. */
  origin: string;
  close(): Promise<unknown>;
}

interface SiteOptions {
  way: Way;
  isFar: boolean;
  isolated: boolean;
  /** Text of the options for loadModel. */
  options?: string;
  /** Content-Security-Policy of the page, PACKAGE standing for the package's origin. */
  policy?: string;
}

/** A page that loads the package, runs a model and writes down how. */
async function makeSite(testInfo: TestInfo, site: SiteOptions): Promise<Site> {
  const { way, isFar, isolated, options = '{}', policy } = site;
  const root = testInfo.outputPath('site');
  mkdirSync(root, { recursive: true });
  // What isolates a page is up to its own server.
  const far = await serve({ root, isolated: false });
  const headers: Record<string, string> = {};
  if (policy) {
    headers['Content-Security-Policy'] = policy.replaceAll('PACKAGE', new URL(far.url).origin);
  }
  const near = await serve({ root, isolated, headers });
  const origin = isFar ? far.url : near.url;
  const tag = `<script src="${origin}dist/filigree.iife.js"></script>`;
  writeFileSync(
    `${root}/index.html`,
    `<!doctype html><link rel="icon" href="data:,">${way === 'script' ? tag : ''}
     <body><script type="module" src="page.js"></script></body>`,
  );
  writeFileSync(
    `${root}/page.js`,
    `${way === 'import' ? `import * as filigree from '${origin}dist/index.js';` : ''}
     try {
       const file = '/models/face_detection_short_range.tflite';
       const model = await filigree.loadModel(file, ${options});
       const [{ shape }] = model.inputs;
       const [{ data }] = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
       const { variant, threads, worker } = await model.explain();
       model.dispose();
       const values = data.every(Number.isFinite) ? 'finite' : 'broken';
       document.body.textContent = [variant, threads, worker, values].join(' ');
     } catch (error) {
       const kind = error instanceof filigree.FiligreeError ? 'FiligreeError' : 'another error';
       document.body.textContent = kind + ' ' + error.code + ': ' + error.message;
     }`,
  );
  return {
    page: near.url,
    origin,
    close: () => Promise.all([near.close(), far.close()]),
  };
}

async function textOf(page: Page, site: Site): Promise<string> {
  await page.goto(site.page);
  await expect(page.locator('body')).not.toHaveText('');
  const text = await page.locator('body').textContent();
  await site.close();
  return String(text);
}

for (const way of kWays) {
  for (const isFar of [false, true]) {
    for (const isolated of [true, false]) {
      for (const worker of [true, false]) {
        const place = `${isFar ? 'another' : 'the same'} origin, ${isolated ? '' : 'not '}isolated`;
        test(`${way} from ${place}, worker: ${worker}`, async ({ page, pageLog }, testInfo) => {
          const options = `{ variant: 'simd', threads: 2, worker: ${worker} }`;
          const site = await makeSite(testInfo, { way, isFar, isolated, options });
          const requests: string[] = [];
          page.context().on('request', (request) => requests.push(request.url()));
          const text = await textOf(page, site);
          const build = isolated ? 'simd-threads 2' : 'simd 1';
          expect(text).toBe(`${build} ${worker} finite`);
          // The assets come from where the script came from.
          for (const asset of ['worker.js', `filigree-${build.split(' ')[0]}.wasm`]) {
            expect(requests).toContain(`${site.origin}dist/${asset}`);
          }
          const isBlobUsed = requests.some((url) => url.startsWith('blob:'));
          expect(isBlobUsed).toBe(isFar && (worker || isolated));
          expect(pageLog).toEqual([]);
        });
      }
    }
  }
}

test('a policy for another origin names it, and blob: for workers', async ({
  page,
  pageLog,
}, testInfo) => {
  const policy =
    "default-src 'none'; script-src 'self' PACKAGE 'wasm-unsafe-eval'; worker-src blob: PACKAGE; " +
    "connect-src 'self' PACKAGE; img-src data:";
  const options = "{ variant: 'simd', threads: 2 }";
  const site = { way: 'script', isFar: true, isolated: true, options, policy } as const;
  expect(await textOf(page, await makeSite(testInfo, site))).toBe('simd-threads 2 true finite');
  expect(pageLog).toEqual([]);
});

test('baseUrl goes before where the script came from', async ({ page }, testInfo) => {
  const options = "{ baseUrl: '/nowhere/' }";
  const site = await makeSite(testInfo, { way: 'script', isFar: true, isolated: true, options });
  const nowhere = `${site.page}nowhere/filigree-`;
  const text = await textOf(page, site);
  expect(text).toContain('FiligreeError fetch-failed');
  expect(text).toContain(nowhere);
});
