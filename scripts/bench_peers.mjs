// node scripts/bench_peers.mjs [MODEL...] [--threads N] [--turns N] [--runs N] [--json]
//
// filigree against LiteRT.js in the same page of the same Chromium, in turns, from arrays to arrays:
// milliseconds, median and (least). Both compute the same, or the line says so. Needs what
// `npm test` sets up.

import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { buildPages, pageFolder } from './build/pages.mjs';
import { serve } from './serve.mjs';
import { runMain } from './setup/step.mjs';
import { chromiumOptions } from './test/chromium.mjs';

const kModels = [
  'face_detection_full_range_sparse',
  'face_detection_full_range',
  'face_detection_short_range',
  'pose_detection',
];
/** More than this, as a share of the largest value, is not the same result. */
const kSame = 1e-4;

const kColumns = /** @type {const} */ ({
  litert: 'LiteRT.js',
  filigree: 'filigree',
  ratio: 'ratio',
  filigreeInWorker: 'in a worker',
  filigreeNeverSparse: 'never sparse',
});

/** @param {Record<string, {median: number, min: number}>} times of test/browser/pages/peers.ts */
function cells(times) {
  const { litert, filigree } = times;
  const ratios = [litert.median / filigree.median, litert.min / filigree.min];
  return Object.keys(kColumns).map((key) => {
    const [median, min] = key === 'ratio' ? ratios : [times[key].median, times[key].min];
    return `${median.toFixed(2)} (${min.toFixed(2)})`;
  });
}

/** @param {string} name @param {string[]} values */
function line(name, values) {
  return `${name.padEnd(34)}${values.map((value) => value.padStart(16)).join('')}\n`;
}

await runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      threads: { type: 'string', default: '1' },
      turns: { type: 'string', default: '10' },
      runs: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
    },
  });
  const [threads, turns, runs] = [values.threads, values.turns, values.runs].map(Number);
  await buildPages();
  const site = await serve({ root: pageFolder });
  const browser = await chromium.launch(chromiumOptions());
  const results = [];
  try {
    for (const model of positionals.length > 0 ? positionals : kModels) {
      // A page for each model: what one leaves behind does not slow down the next.
      const page = await browser.newPage();
      await page.goto(`${site.url}harness.html`);
      await page.waitForFunction(() => 'harness' in globalThis);
      const times = await page.evaluate(
        (plan) => /** @type {any} */ (globalThis).harness.comparePeers(plan),
        { model, threads, turns, runs },
      );
      await page.close();
      if (results.length === 0 && !values.json) {
        process.stdout.write(`filigree ${times.build}, ${threads} thread(s), ${turns} turns of `);
        process.stdout.write(`${runs} runs, Chromium ${browser.version()}\n\n`);
        process.stdout.write(line('', Object.values(kColumns)));
      }
      results.push(times);
      const remark = times.relative <= kSame ? '' : `  DIFFERENT RESULTS (${times.relative})`;
      if (!values.json) process.stdout.write(line(`${model}${remark}`, cells(times)));
    }
  } finally {
    await browser.close();
    await site.close();
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ relative }) => relative <= kSame) ? 0 : 1;
});
