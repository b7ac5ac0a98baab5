// The package by a plain script and by an import, from the page's own origin and from another one, as
// from a CDN: there the engine's worker, its threads and the wasm come cross-origin too.

import type { TestInfo } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { expect, test } from './fixtures.js';
import { finalText, runModel, twoThreads, writePage } from './small_page.js';

const kWays = ['script', 'import'] as const;

const kForeign = 'the engine cannot be started here from another origin on an isolated page';

interface SiteOptions {
  way: (typeof kWays)[number];
  isFar: boolean;
  isolated: boolean;
  /** Text of the options for loadModel. */
  options?: string;
  /** What the page does; otherwise it runs a model with these options. */
  code?: string;
  /** Content-Security-Policy of the page, PACKAGE standing for the package's origin. */
  policy?: string;
}

/** A site whose page loads the package from there or from another one, and runs a model. */
async function makeSite(testInfo: TestInfo, site: SiteOptions) {
  const { way, isFar, isolated, options = '', code = runModel(options), policy } = site;
  const root = testInfo.outputPath('site');
  // What isolates a page is up to its own server.
  const far = await serve({ root, isolated: false });
  const headers: Record<string, string> = {};
  if (policy) {
    headers['Content-Security-Policy'] = policy.replaceAll('PACKAGE', new URL(far.url).origin);
  }
  const near = await serve({ root, isolated, headers });
  /** Where the package comes from. */
  const dist = `${isFar ? far.url : near.url}dist/`;
  const head = ['filigree', 'filigree-video']
    .map((name) => `<script src="${dist}${name}.iife.js"></script>`)
    .join('');
  writePage(testInfo, way === 'script' ? { head, code } : { imported: `${dist}index.js`, code });
  return { url: near.url, dist, close: () => Promise.all([near.close(), far.close()]) };
}

for (const way of kWays) {
  for (const isFar of [false, true]) {
    for (const isolated of [true, false]) {
      for (const worker of [true, false]) {
        const place = `${isFar ? 'another' : 'the same'} origin, ${isolated ? '' : 'not '}isolated`;
        test(`${way} from ${place}, worker: ${worker}`, async ({
          engine,
          page,
          pageLog,
        }, testInfo) => {
          test.skip(isFar && isolated && !engine.foreignWorkers, kForeign);
          const options = `{ variant: 'simd', threads: 2, worker: ${worker} }`;
          const site = await makeSite(testInfo, { way, isFar, isolated, options });
          const requests: string[] = [];
          page.context().on('request', (request) => requests.push(request.url()));
          const text = await finalText(page, site.url);
          const build = await twoThreads(page, isolated);
          await site.close();
          expect(text).toBe(`${build} ${worker} finite`);
          // The assets come from where the script came from.
          for (const asset of ['worker.js', `filigree-${build.split(' ')[0]}.wasm`]) {
            expect(requests).toContain(site.dist + asset);
          }
          expect(pageLog).toEqual([]);
        });
      }
    }
  }
}

test('a policy for another origin names it, and blob: for workers', async ({
  engine,
  page,
  pageLog,
}, testInfo) => {
  test.skip(!engine.foreignWorkers, kForeign);
  const policy =
    "default-src 'none'; script-src 'self' PACKAGE 'wasm-unsafe-eval'; worker-src blob: PACKAGE; " +
    "connect-src 'self' PACKAGE; img-src data:";
  const options = "{ variant: 'simd', threads: 2 }";
  const wanted = { way: 'script', isFar: true, isolated: true, options, policy } as const;
  const site = await makeSite(testInfo, wanted);
  const text = await finalText(page, site.url);
  await site.close();
  expect(text).toBe(`${await twoThreads(page, true)} true finite`);
  expect(pageLog).toEqual([]);
});

/** A model on a track of a canvas: whether the work was done in a worker. */
const kTrackCode = `
  const file = '/models/face_detection_short_range.tflite';
  const model = await filigree.loadModel(file, { threads: 1, worker: false });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  setInterval(() => context.fillRect(0, 0, canvas.width, canvas.height), 33);
  const [camera] = canvas.captureStream(30).getVideoTracks();
  return new Promise((resolve, reject) => filigreeVideo.processTrack(camera, model, {
    onError: reject,
    onStatistics: ({ worker, inferenceMs }) =>
      resolve(inferenceMs.p50 > 0 ? worker : 'never ran'),
  }));`;

for (const [what, policy] of [
  ['', "script-src 'self' PACKAGE 'wasm-unsafe-eval'; worker-src blob: PACKAGE"],
  [', which a policy forbids', "worker-src 'self'"],
] as const) {
  test(`a track's worker from another origin${what}`, async ({ engine, page }, testInfo) => {
    const wanted = { way: 'script', isFar: true, isolated: false, code: kTrackCode } as const;
    const site = await makeSite(testInfo, { ...wanted, policy });
    const text = await finalText(page, site.url);
    await site.close();
    const isAllowed = what === '' && engine.trackProcessor;
    expect(text).toBe(String(isAllowed));
  });
}

test('baseUrl goes before where the script came from', async ({ page }, testInfo) => {
  const options = "{ baseUrl: '/nowhere/' }";
  const site = await makeSite(testInfo, { way: 'script', isFar: true, isolated: true, options });
  const text = await finalText(page, site.url);
  await site.close();
  expect(text).toContain('FiligreeError fetch-failed');
  expect(text).toContain(`${site.url}nowhere/filigree-`);
});

test('the engine alone from another origin, by baseUrl', async ({
  engine,
  page,
  pageLog,
}, testInfo) => {
  test.skip(!engine.foreignWorkers, kForeign);
  const far = await serve({ root: testInfo.outputPath('site'), isolated: false });
  const options = `{ variant: 'simd', threads: 2, baseUrl: '${far.url}dist' }`;
  const wanted = { way: 'import', isFar: false, isolated: true, options } as const;
  const site = await makeSite(testInfo, wanted);
  const requests: string[] = [];
  page.context().on('request', (request) => requests.push(request.url()));
  const text = await finalText(page, site.url);
  await Promise.all([site.close(), far.close()]);
  expect(text).toBe(`${await twoThreads(page, true)} true finite`);
  const scripts = requests.filter((url) => url.startsWith(`${site.url}dist/`));
  expect(scripts).toEqual([`${site.url}dist/index.js`]);
  expect(pageLog).toEqual([]);
});
