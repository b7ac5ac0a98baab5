// `filigree bench`: how fast models run here, and how near that is to what the core can do.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FiligreeError, messageOf } from '../errors.js';
import type { LoadOptions } from '../load.js';
import { type BenchResult, measure } from './measure.js';
import { bytesText, millions, milliseconds, Progress, print, printJson, table } from './output.js';
import {
  choice,
  kModelOptions,
  kVariants,
  loadOptions,
  parse,
  UsageError,
  wholeNumber,
} from './usage.js';

export const kBenchUsage = `  filigree bench MODEL... [--threads 1,2] [--runs N] [--warmup N] [--seed N]
      [--variant auto|simd|relaxed] [--sparse auto|never|always] [--profile] [--json]
      --threads and --variant take lists: every combination is measured. Inputs are noise.`;

const kOptions = {
  ...kModelOptions,
  threads: { type: 'string', default: '1' },
  runs: { type: 'string', default: '50' },
  warmup: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
  profile: { type: 'boolean', default: false },
} as const;

export async function bench(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, kOptions);
  if (positionals.length === 0) throw new UsageError('MODEL is missing');
  const plan = {
    runs: wholeNumber('runs', values.runs, 1),
    warmup: wholeNumber('warmup', values.warmup, 0),
    seed: wholeNumber('seed', values.seed, 0),
    profile: values.profile,
  };
  const threadCounts = values.threads.split(',').map((text) => wholeNumber('threads', text, 1));
  const variants = values.variant.split(',').map((text) => choice('variant', text, kVariants));
  const { sparse } = loadOptions({ ...values, variant: 'auto' });
  const progress = new Progress();
  const results: BenchResult[] = [];
  try {
    for (const model of positionals) {
      const file = await readModel(model);
      for (const variant of variants) {
        for (const threads of threadCounts) {
          const options: LoadOptions = { variant, threads, sparse };
          const label = `${basename(model)}, ${threads} threads`;
          const onProgress = (done: number, total: number) => progress.show(label, done, total);
          results.push(await measure(model, file, options, { ...plan, onProgress }));
        }
      }
    }
  } finally {
    progress.clear();
  }
  if (values.json) printJson(results);
  else print(describe(results));
}

async function readModel(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FiligreeError('fetch-failed', messageOf(error), { cause: error });
  }
}

const kRight = [
  'threads',
  'median ms',
  'min',
  'p95',
  'MACs',
  'nonzero',
  'GMAC/s',
  'of peak',
  'load ms',
  'memory',
  'ms',
  'share',
  '#',
];

function describe(results: BenchResult[]): string {
  const overview = table(
    [
      'model',
      'variant',
      'threads',
      'median ms',
      'min',
      'p95',
      'MACs',
      'nonzero',
      'GMAC/s',
      'of peak',
      'load ms',
      'memory',
    ],
    results.map((result) => [
      basename(result.model),
      result.variant,
      String(result.threads),
      milliseconds(result.ms.median),
      milliseconds(result.ms.min),
      milliseconds(result.ms.p95),
      millions(result.macs.dense),
      millions(result.macs.nonzero),
      result.gmacs.toFixed(1),
      `${((100 * result.gmacs) / result.peakGmacs).toFixed(0)} %`,
      milliseconds(result.loadMs),
      bytesText(result.memoryBytes),
    ]),
    kRight,
  );
  const layers = results.flatMap((result) => {
    if (!result.layers) return [];
    const rows = result.layers.map((layer) => [
      String(layer.index),
      layer.op,
      layer.kernel,
      milliseconds(layer.ms),
      `${(100 * layer.share).toFixed(1)} %`,
      layer.gmacs > 0 ? layer.gmacs.toFixed(1) : '',
      layer.name,
    ]);
    const header = ['#', 'op', 'kernel', 'ms', 'share', 'GMAC/s', 'name'];
    return [
      `\n${basename(result.model)}, ${result.variant}, ${result.threads} threads`,
      table(header, rows, kRight),
    ];
  });
  return [overview, ...layers].join('\n');
}
