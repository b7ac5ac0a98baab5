// npm run bench:video [-- --seconds 10 --model selfie_segmentation --json]
//
// The background blur page of the static demo on its clip, 640×480 at 30 frames per second, in
// Chromium: how long reading a frame and running the model take, how many frames are dropped, how
// long the main thread is blocked, how soon after navigation the first frame is there, and what the
// page loads.

import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { chromium, type Page, type Response } from '@playwright/test';
import { wholeNumber } from '../../../js/cli/usage.js';
import { demoFolder } from '../../../scripts/build/demo.mjs';
import { serve } from '../../../scripts/serve.mjs';
import { chromiumOptions } from '../../../scripts/test/chromium.mjs';
import { median } from '../peers/measure.js';

const kFirstModel = 'selfie_segmentation_landscape';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    model: { type: 'string', default: kFirstModel },
    json: { type: 'boolean', default: false },
  },
});
const seconds = wholeNumber('seconds', values.seconds, 2);

/** What the page says once a second, with what it knows of its main thread. */
interface Second {
  fps: number;
  p50: number;
  p95: number;
  dropped: number;
  compositor: string;
}

const kStatus =
  /(?<fps>\d+) frames per second, (?<p50>[\d.]+) ms.*within (?<p95>[\d.]+) ms\), (?<dropped>\d+) frames dropped; drawn by (?<compositor>\w+)/;

/** The lines of the page's status that follow each other. */
async function watchStatus(page: Page): Promise<Second[]> {
  const lines = await page.evaluate(async (count) => {
    const status = document.getElementById('status') as HTMLElement;
    const seen: string[] = [];
    while (seen.length < count) {
      const before = status.textContent;
      while (status.textContent === before) {
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
      seen.push(status.textContent ?? '');
    }
    return seen;
  }, seconds);
  return lines.map((line) => {
    const { fps, p50, p95, dropped, compositor } = kStatus.exec(line)?.groups ?? {};
    return {
      fps: Number(fps),
      p50: Number(p50),
      p95: Number(p95),
      dropped: Number(dropped),
      compositor,
    };
  });
}

const sum = (list: number[]) => list.reduce((total, value) => total + value, 0);

const site = await serve({ root: demoFolder, mounts: {} });
const browser = await chromium.launch(chromiumOptions());
const page = await browser.newPage();
/** By path: what a worker loads again comes out of the browser's cache. */
const responses = new Map<string, Response>();
page.on('response', (response) => {
  const { pathname } = new URL(response.url());
  // Photographs are the page's own affair, models the user's.
  if (!/\.(tflite|jpg)$/.test(pathname) && response.ok()) responses.set(pathname, response);
});
await page.addInitScript(() => {
  const blocked: number[] = [];
  Object.assign(globalThis, { blocked });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) blocked.push(duration);
  }).observe({ type: 'longtask' });
  // The video's first frame is one that went through the model.
  addEventListener('DOMContentLoaded', () => {
    document.querySelector('video')?.requestVideoFrameCallback((now) => {
      Object.assign(globalThis, { firstFrame: now });
    });
  });
});
await page.goto(`${site.url}blur.html`);
// The first one is what the page begins with.
if (values.model !== kFirstModel) await page.getByLabel('Model').selectOption(values.model);
await page.waitForFunction(() => 'firstFrame' in globalThis);
const firstFrameMs = await page.evaluate(
  () => (globalThis as unknown as { firstFrame: number }).firstFrame,
);
await page.waitForFunction(() =>
  document.getElementById('status')?.textContent?.includes('frames per second'),
);
await page.evaluate(() => {
  (globalThis as unknown as { blocked: number[] }).blocked.length = 0;
});
const report = await watchStatus(page);
const blocked = await page.evaluate(() => (globalThis as unknown as { blocked: number[] }).blocked);
// Not while the page loads: compressing takes longer than loading.
let [packageBytes, pageBytes] = [0, 0];
for (const [path, response] of responses) {
  const { length } = brotliCompressSync(await response.body());
  if (path.startsWith('/dist/')) packageBytes += length;
  else pageBytes += length;
}
await browser.close();
await site.close();

const frames = sum(report.map(({ fps }) => fps));
const dropped = sum(report.map((second) => second.dropped));
const result = {
  chromium: browser.version(),
  model: values.model,
  seconds,
  compositor: report[0].compositor,
  fps: frames / seconds,
  /** Milliseconds to read a frame and run the model: medians over the seconds. */
  inferenceMs: {
    p50: median(report.map(({ p50 }) => p50)),
    p95: median(report.map(({ p95 }) => p95)),
  },
  droppedShare: dropped / (frames + dropped),
  /** Tasks of the main thread of 50 ms and more. */
  longTasks: blocked.length,
  longestTaskMs: Math.max(0, ...blocked),
  firstFrameMs,
  /** Bytes brotli of what is loaded of the package, and of the page's own HTML, CSS and scripts. */
  packageBytes,
  pageBytes,
};
if (values.json) {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} else {
  const { p50, p95 } = result.inferenceMs;
  process.stdout.write(
    `${result.model}, ${result.seconds} s, Chromium ${result.chromium}, drawn by ${result.compositor}\n` +
      `  ${result.fps.toFixed(1)} frames per second, ${(100 * result.droppedShare).toFixed(1)} % dropped\n` +
      `  ${p50.toFixed(1)} ms to read a frame and run the model, 95 % within ${p95.toFixed(1)} ms\n` +
      `  main thread blocked for 50 ms or more: ${result.longTasks} times, at most ${result.longestTaskMs.toFixed(0)} ms\n` +
      `  first frame ${result.firstFrameMs.toFixed(0)} ms after navigation\n` +
      `  loaded: ${((packageBytes + pageBytes) / 1000).toFixed(1)} KB brotli, ` +
      `${(packageBytes / 1000).toFixed(1)} of the package and ${(pageBytes / 1000).toFixed(1)} of the ` +
      `page's own; models and photographs apart\n`,
  );
}
