// `filigree bench`: how fast models run here, and how near that is to what the core can do.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FiligreeError, messageOf } from '../errors.js';
import { type BenchResult, type Configuration, measure } from './measure.js';
import { bytesText, millions, milliseconds, Progress, print, printJson, table } from './output.js';
import {
  choice,
  kModelOptions,
  kSparse,
  kVariants,
  parse,
  UsageError,
  wholeNumber,
} from './usage.js';

export const kBenchUsage = `  filigree bench MODEL... [--threads 1,2] [--runs N] [--warmup N] [--seed N]
      [--variant auto|simd|relaxed] [--sparse auto|never|always] [--profile] [--json]
      --threads, --variant and --sparse take lists: every combination is measured, in turns.
      Inputs are noise.`;

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
  const configurations = combinations(values);
  const progress = new Progress();
  const results: BenchResult[] = [];
  try {
    for (const model of positionals) {
      const file = await readModel(model);
      const onProgress = (done: number, total: number) =>
        progress.show(basename(model), done, total);
      results.push(...(await measure(model, file, configurations, { ...plan, onProgress })));
    }
  } finally {
    progress.clear();
  }
  if (values.json) printJson(results);
  else print(describe(results));
}

function combinations(values: { variant: string; threads: string; sparse: string }) {
  const variants = values.variant.split(',').map((text) => choice('variant', text, kVariants));
  const threadCounts = values.threads.split(',').map((text) => wholeNumber('threads', text, 1));
  const modes = values.sparse.split(',').map((text) => choice('sparse', text, kSparse));
  return variants.flatMap((variant) =>
    threadCounts.flatMap((threads) =>
      modes.map((sparse): Configuration => ({ variant, threads, sparse })),
    ),
  );
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
      'sparse',
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
      result.sparse,
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
      `\n${basename(result.model)}, ${result.variant}, ${result.threads} threads, sparse ${result.sparse}`,
      table(header, rows, kRight),
    ];
  });
  return [overview, ...layers].join('\n');
}
