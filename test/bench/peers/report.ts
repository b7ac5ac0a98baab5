// The comparison as text.

import { areNear } from './cores.js';
import { kContestants, kOwn, kPeers } from './engines.js';
import type { Measured, Plan, Row } from './measure.js';
import type { EngineName } from './page/main.js';

/** More than this, as a share of the largest value, is not the same result. */
const kSame = 1e-3;
/** A row in which an engine's rounds differ by more than this is marked. */
const kSpread = 0.15;

/** What an engine did, unless it failed. */
export function measured(row: Row, engine: EngineName): Measured | undefined {
  const result = row.engines[engine];
  return result && 'median' in result ? result : undefined;
}

/** What a peer did, unless it computed something else than filigree. */
export function comparable(row: Row, peer: EngineName): Measured | undefined {
  const result = measured(row, peer);
  return result && result.difference <= kSame ? result : undefined;
}

/** How many times as long a peer takes; undefined without a result to compare. */
export function ratio(row: Row, peer: EngineName): number | undefined {
  return measured(row, kOwn.name) ? comparable(row, peer)?.ratio : undefined;
}

/** Whether filigree ran and a peer confirms what it computed. */
export function isTrusted(row: Row): boolean {
  return kPeers.some(({ name }) => ratio(row, name) !== undefined);
}

const number = (value: number | undefined, digits = 2) => value?.toFixed(digits) ?? '—';

function line(name: string, threads: string, cells: string[]): void {
  const padded = cells.map((cell) => cell.padStart(12)).join('');
  process.stdout.write(`${name.padEnd(34)}${threads.padStart(8)}${padded}\n`);
}

export function printHeader(version: string, plan: Plan, busy: boolean): void {
  const how = `${plan.rounds} rounds of ${plan.milliseconds} ms in turns, Chromium ${version}`;
  process.stdout.write(`${how}${busy ? ', one core kept busy' : ''}\n`);
  process.stdout.write('milliseconds; ratios with filigree = 1; first: bytes to first result\n\n');
  line('', 'threads', [
    ...kContestants.map(({ title }) => title),
    ...['÷ LiteRT', '÷ tfjs', 'first', '÷ LiteRT', 'MB', '÷ LiteRT'],
  ]);
}

export function printRow(row: Row): void {
  const own = measured(row, kOwn.name);
  const litert = comparable(row, 'litert');
  const share = (mine?: number, other?: number) => (mine && other ? other / mine : undefined);
  // An engine in a worker has its memory there, out of the page's sight.
  const bytes = own && own.wasmBytes > 0 ? own.wasmBytes : undefined;
  line(row.model, String(row.threads), [
    ...kContestants.map(({ name }) => number(measured(row, name)?.median)),
    ...kPeers.map(({ name }) => number(ratio(row, name))),
    number(own?.firstResultMs, 1),
    number(share(own?.firstResultMs, litert?.firstResultMs)),
    number(bytes && bytes / 1e6, 1),
    number(share(bytes, litert?.wasmBytes)),
  ]);
  const apart = (row.roundTrips ?? []).filter((nanoseconds) => !areNear(nanoseconds));
  if (apart.length > 0 && row.threads !== 1) {
    const rounds = `${apart.length} of ${row.roundTrips?.length} rounds`;
    process.stdout.write(
      `    cores up to ${Math.max(...apart).toFixed(0)} ns apart in ${rounds}\n`,
    );
  }
  for (const remark of remarks(row)) process.stdout.write(`    ${remark}\n`);
}

function remarks(row: Row): string[] {
  return kContestants.flatMap(({ name, title }) => {
    const result = row.engines[name];
    if (!result) return [];
    if ('error' in result) return [`${title}: ${result.error}`];
    if (!(result.difference <= kSame)) {
      return [`${title} computes something else: difference ${result.difference.toPrecision(2)}`];
    }
    const percent = (100 * result.spread).toFixed(0);
    return result.spread > kSpread ? [`${title} spreads over ${percent} %`] : [];
  });
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function printSummary(rows: readonly Row[], folder: string): void {
  process.stdout.write('\n');
  for (const threads of new Set(rows.map((row) => row.threads))) {
    for (const { name, title } of kPeers) {
      const ratios = rows
        .filter((row) => row.threads === threads)
        .map((row) => ratio(row, name))
        .filter((value) => value !== undefined);
      if (ratios.length === 0) continue;
      const least = Math.min(...ratios).toFixed(2);
      const mean = geometricMean(ratios).toFixed(2);
      process.stdout.write(
        `${threads} threads, ${title} ÷ filigree: geometric mean ${mean} of ${ratios.length} models, least ${least}\n`,
      );
    }
  }
  process.stdout.write(`JSON and chart: ${folder}/bench_peers.{json,svg}\n`);
}
