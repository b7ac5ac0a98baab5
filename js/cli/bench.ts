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

/** A column of the overview; numbers are set to the right. */
type Column = [header: string, cell: (result: BenchResult) => string];

const kWords: Column[] = [
  ['model', ({ model }) => basename(model)],
  ['variant', ({ variant }) => variant],
  ['sparse', ({ sparse }) => sparse],
];
const kNumbers: Column[] = [
  ['threads', ({ threads }) => String(threads)],
  ['median ms', ({ ms }) => milliseconds(ms.median)],
  ['min', ({ ms }) => milliseconds(ms.min)],
  ['p95', ({ ms }) => milliseconds(ms.p95)],
  ['MACs', ({ macs }) => millions(macs.dense)],
  ['nonzero', ({ macs }) => millions(macs.nonzero)],
  ['GMAC/s', ({ gmacs }) => gmacs.toFixed(1)],
  ['of peak', ({ gmacs, peakGmacs }) => `${((100 * gmacs) / peakGmacs).toFixed(0)} %`],
  ['load ms', ({ loadMs }) => milliseconds(loadMs)],
  ['memory', ({ memoryBytes }) => bytesText(memoryBytes)],
];

function describe(results: BenchResult[]): string {
  const columns = [...kWords, ...kNumbers];
  const overview = table(
    columns.map(([header]) => header),
    results.map((result) => columns.map(([, cell]) => cell(result))),
    kNumbers.map(([header]) => header),
  );
  return [overview, ...results.map(describeLayers)].join('\n').trimEnd();
}

/** The layers of a `--profile`; nothing without. */
function describeLayers({ model, variant, threads, sparse, layers }: BenchResult): string {
  if (!layers) return '';
  const rows = layers.map((layer) => [
    String(layer.index),
    layer.op,
    layer.kernel,
    milliseconds(layer.ms),
    `${(100 * layer.share).toFixed(1)} %`,
    layer.gmacs > 0 ? layer.gmacs.toFixed(1) : '',
    layer.name,
  ]);
  const header = ['#', 'op', 'kernel', 'ms', 'share', 'GMAC/s', 'name'];
  const title = `\n${basename(model)}, ${variant}, ${threads} threads, sparse ${sparse}`;
  return [title, table(header, rows, ['#', 'ms', 'share', 'GMAC/s'])].join('\n');
}
