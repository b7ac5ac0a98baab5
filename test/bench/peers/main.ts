// npm run bench:peers [-- --models A,B --threads 1,2,default --rounds 11 --milliseconds 80 --busy --json]
//
// filigree, LiteRT.js and tfjs-tflite on the same files in the same Chromium, in turns, from arrays
// to arrays: a table of milliseconds and ratios, bench_peers.json and bench_peers.svg in
// build/reports. Engine and caller share a thread; in the rows "default" each engine runs as it does
// without options. With --busy another process keeps one core busy all along.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { wholeNumber } from '../../../js/cli/usage.js';
import { kDefaultMounts, serve } from '../../../scripts/serve.mjs';
import { buildFolder, modelFolder } from '../../../scripts/setup/paths.mjs';
import { chromiumOptions } from '../../../scripts/test/chromium.mjs';
import { ensureNetwork, networkNames } from '../networks/files.js';
import { chart } from './chart.js';
import { Cores } from './cores.js';
import { keepCoreBusy, measureModel, type Plan, type Row, type Threads } from './measure.js';
import { isTrusted, printHeader, printRow, printSummary } from './report.js';

const networkFolder = join(buildFolder, 'networks');
/** How long all waiting for near cores may take. */
const kPatienceMilliseconds = 600_000;
const reportFolder = join(buildFolder, 'reports');
/** Their files lack nothing; it is the custom operators that no engine here has. */
const kWithout = ['face_landmark_with_attention'];

function realModels(): string[] {
  return readdirSync(modelFolder)
    .filter((file) => file.endsWith('.tflite'))
    .map((file) => file.slice(0, -'.tflite'.length))
    .filter((name) => !kWithout.includes(name));
}

/** "real", "networks", the name of a model, or the beginning of names with a `*` behind it. */
function chosen(text: string): string[] {
  const all = [...realModels(), ...networkNames];
  return text.split(',').flatMap((word) => {
    if (word === 'real') return realModels();
    if (word === 'networks') return networkNames;
    const isPrefix = word.endsWith('*');
    const found = all.filter((name) =>
      isPrefix ? name.startsWith(word.slice(0, -1)) : name === word,
    );
    if (found.length === 0) throw new Error(`no model ${word}; there are ${all.join(', ')}`);
    return found;
  });
}

function parseThreads(text: string): Threads[] {
  return text.split(',').map((word) => {
    return word === 'default' ? word : wholeNumber('threads', word, 1);
  });
}

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: 'real,networks' },
    threads: { type: 'string', default: '1,2,default' },
    rounds: { type: 'string', default: '11' },
    milliseconds: { type: 'string', default: '80' },
    busy: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const models = chosen(values.models);
const plan: Plan = {
  threads: parseThreads(values.threads),
  rounds: wholeNumber('rounds', values.rounds, 1),
  milliseconds: wholeNumber('milliseconds', values.milliseconds, 0),
};
const mounts = {
  ...kDefaultMounts,
  '/networks/': networkFolder,
  '/tfjs-tflite/': join(buildFolder, 'peers', 'tfjs-tflite'),
};
const mostThreads = Math.max(...plan.threads.map((threads) => Number(threads) || 1));
if (mostThreads > 1 && mostThreads <= availableParallelism() && !values.busy) {
  plan.cores = new Cores(kPatienceMilliseconds);
}
const site = await serve({ root: join(buildFolder, 'bench', 'page'), mounts });
const browser = await chromium.launch(chromiumOptions());
const stopBusy = values.busy ? keepCoreBusy() : () => {};
const rows: Row[] = [];
try {
  if (!values.json) printHeader(browser.version(), plan, values.busy);
  for (const model of models) {
    const isNetwork = networkNames.includes(model);
    if (isNetwork) ensureNetwork(model, networkFolder);
    const url = `/${isNetwork ? 'networks' : 'models'}/${model}.tflite`;
    const measured = await measureModel(browser, site.url, model, url, plan);
    rows.push(...measured);
    if (!values.json) measured.forEach(printRow);
  }
} finally {
  stopBusy();
  await browser.close();
  await site.close();
}
mkdirSync(reportFolder, { recursive: true });
const json = JSON.stringify(
  {
    chromium: browser.version(),
    busy: values.busy,
    plan: { ...plan, cores: undefined },
    rows,
  },
  null,
  2,
);
writeFileSync(join(reportFolder, 'bench_peers.json'), json);
writeFileSync(join(reportFolder, 'bench_peers.svg'), chart(rows));
if (values.json) process.stdout.write(`${json}\n`);
else printSummary(rows, reportFolder);
process.exitCode = rows.every(isTrusted) ? 0 : 1;
