// npm run bench:kernels [-- --variant simd,relaxed] [--json] [flags of test/bench/kernels/main.cpp]
//
// Every row of the kernel table on the layers of real models, in Chromium: 10⁹ multiply-adds per
// second and their share of the most that the build can do, measured in turns; at the end each
// kernel's mean share, weighted by multiply-adds.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { buildPreset } from './build/cmake.mjs';
import { serve } from './serve.mjs';
import { buildFolder } from './setup/paths.mjs';
import { SetupError } from './setup/process.mjs';
import { runMain, step } from './setup/step.mjs';
import { setUp } from './setup.mjs';
import { chromiumOptions } from './test/chromium.mjs';

const kVariants = ['simd', 'relaxed'];
const kPage = '<!doctype html><title>filigree: kernels</title><link rel="icon" href="data:,">';
/** kernel, layer, rate, share of the limit, limit, millions of multiply-adds */
const kLine = /^(\S+)\s+(.*?)\s+([\d.]+) GMAC\/s\s+([\d.]+) % of ([\d.]+), ([\d.]+) M$/;

/** @param {string[]} args */
function parse(args) {
  const rest = [...args];
  const isJson = rest.includes('--json');
  if (isJson) rest.splice(rest.indexOf('--json'), 1);
  const at = rest.indexOf('--variant');
  const variants = at < 0 ? ['relaxed'] : (rest.splice(at, 2)[1] ?? '').split(',');
  for (const variant of variants) {
    if (!kVariants.includes(variant))
      throw new SetupError(`--variant takes ${kVariants.join('|')}`);
  }
  return { variants, isJson, rest };
}

/** Runs the program in a page and hands out its lines as they come. */
async function run(page, variant, args, onLine) {
  const name = `kernels_bench_${variant}_page`;
  await page.exposeFunction(`line_${variant}`, onLine);
  await page.evaluate(
    async ({ module, args: programArguments, print }) => {
      const { default: create } = await import(module);
      await create({ arguments: programArguments, print: globalThis[print] });
    },
    { module: `/${name}.mjs`, args, print: `line_${variant}` },
  );
}

/** @param {string[]} lines */
function parseLines(lines) {
  return lines.flatMap((line) => {
    const match = kLine.exec(line);
    if (!match) return [];
    const [, kernel, layer, ...numbers] = match;
    const [gmacs, percent, limit, millions] = numbers.map(Number);
    return [{ kernel, layer, gmacs, share: percent / 100, limit, millions }];
  });
}

/** Mean share of each kernel, weighted by multiply-adds, and its least. */
function means(rows) {
  return [...new Set(rows.map(({ kernel }) => kernel))].map((kernel) => {
    const own = rows.filter((row) => row.kernel === kernel);
    const millions = own.reduce((sum, row) => sum + row.millions, 0);
    const mean = own.reduce((sum, row) => sum + row.share * row.millions, 0) / millions;
    return { kernel, mean, least: Math.min(...own.map(({ share }) => share)) };
  });
}

await runMain(async () => {
  const { variants, isJson, rest } = parse(process.argv.slice(2));
  await setUp({ forTests: true });
  const targets = variants.map((variant) => `kernels_bench_${variant}_page`);
  await step('kernel benchmark, build', () => buildPreset('wasm', targets));
  const root = join(buildFolder, 'bench', 'kernels');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'index.html'), kPage);
  for (const target of targets) {
    for (const suffix of ['.mjs', '.wasm']) {
      cpSync(join(buildFolder, 'wasm', target + suffix), join(root, target + suffix));
    }
  }
  const site = await serve({ root });
  const options = chromiumOptions();
  // Everything optimised before it starts, as it is after a model's first runs.
  const args = [...(options.args ?? []), '--js-flags=--no-liftoff'];
  const browser = await chromium.launch({ ...options, args });
  const report = {};
  try {
    for (const variant of variants) {
      const page = await browser.newPage();
      await page.goto(site.url);
      const lines = /** @type {string[]} */ ([]);
      await run(page, variant, rest, (line) => {
        lines.push(line);
        if (!isJson) process.stdout.write(`${line}\n`);
      });
      await page.close();
      const rows = parseLines(lines);
      report[variant] = { rows, means: means(rows) };
      if (isJson) continue;
      process.stdout.write(`\n${variant}: mean share of the limit, weighted by multiply-adds\n`);
      for (const { kernel, mean, least } of report[variant].means) {
        const [a, b] = [mean, least].map((share) => `${(100 * share).toFixed(0)} %`);
        process.stdout.write(`${kernel.padEnd(30)} ${a.padStart(5)}, least ${b}\n`);
      }
      process.stdout.write('\n');
    }
  } finally {
    await browser.close();
    await site.close();
  }
  if (isJson) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
});
