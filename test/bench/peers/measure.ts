// Measures one model in several engines and numbers of threads, each in a page of its own, in turns.

import { spawn } from 'node:child_process';
import type { Browser, Page } from '@playwright/test';
import { messageOf } from '../../../js/errors.js';
import { relativeDifference } from '../../browser/pages/compare_outputs.js';
import { areNear, type Cores } from './cores.js';
import { kContestants, kOwn } from './engines.js';
import type { EngineName, EnginePage, Ready, Setup } from './page/main.js';

export type Threads = number | 'default';

export interface Plan {
  threads: readonly Threads[];
  rounds: number;
  /** Of one engine in one round. */
  milliseconds: number;
  /** Rounds are measured while they are near each other; without: whatever they are. */
  cores?: Cores | undefined;
}

/** What one engine did with one model on so many threads. */
export interface Measured {
  build: string;
  /** Milliseconds: the median of the rounds' medians. */
  median: number;
  /**
   * To filigree's time: the median of the rounds' ratios. A machine that changes its speed from
   * round to round changes both.
   */
  ratio: number;
  /** (Largest − smallest median of a round) ÷ median. */
  spread: number;
  min: number;
  /** Each round's median. */
  medians: readonly number[];
  firstResultMs: number;
  wasmBytes: number;
  /**
   * Largest |difference to filigree's outputs| ÷ largest |value|; NaN where a value is, infinite
   * where outputs are missing or of another shape.
   */
  difference: number;
}

/** As many times the rounds may be measured again because the cores had moved apart. */
const kSpareRounds = 1;

export interface Row {
  model: string;
  threads: Threads;
  /** Nanoseconds from core to core and back (cores.ts), in each round. */
  roundTrips?: readonly number[];
  engines: Partial<Record<EngineName, Measured | { error: string }>>;
}

type Outputs = Ready['outputs'];

interface Contender {
  engine: EngineName;
  threads: Threads;
  page: Page;
  ready: Ready;
  /** Medians of the rounds. */
  medians: number[];
  min: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

async function start(browser: Browser, site: string, setup: Setup): Promise<[Page, Ready]> {
  // A context of its own has a process of its own.
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(`${site}index.html`);
    await page.waitForFunction(() => 'enginePage' in globalThis);
    const ready = await page.evaluate((it) => enginePage.prepare(it), setup);
    return [page, ready];
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** A global of the page, where the functions that mention it run. */
declare const enginePage: EnginePage;

/** @param url of the model's file */
export async function measureModel(
  browser: Browser,
  site: string,
  model: string,
  url: string,
  plan: Plan,
): Promise<Row[]> {
  const rows = plan.threads.map((threads): Row => ({ model, threads, engines: {} }));
  const contenders: Contender[] = [];
  try {
    for (const row of rows) {
      for (const { name: engine } of kContestants) {
        try {
          const setup = { engine, url, threads: row.threads };
          const [page, ready] = await start(browser, site, setup);
          const { threads } = row;
          contenders.push({ engine, threads, page, ready, medians: [], min: Infinity });
        } catch (error) {
          row.engines[engine] = { error: messageOf(error).split('\n')[0] };
        }
      }
    }
    const roundTrips = await takeTurns(contenders, plan);
    if (roundTrips) for (const row of rows) row.roundTrips = roundTrips;
  } finally {
    for (const { page } of contenders) await page.context().close();
  }
  for (const { engine, threads, ready, medians, min } of contenders) {
    const row = rows.find((it) => it.threads === threads);
    const own = contenders.find((it) => it.engine === kOwn.name && it.threads === threads);
    if (!row || medians.length === 0) continue;
    const middle = median(medians);
    row.engines[engine] = {
      build: ready.build,
      median: middle,
      ratio: own
        ? median(medians.map((ofRound, round) => ofRound / own.medians[round]))
        : Number.NaN,
      spread: (Math.max(...medians) - Math.min(...medians)) / middle,
      min,
      medians,
      firstResultMs: ready.firstResultMs,
      wasmBytes: ready.wasmBytes,
      difference: own ? difference(own.ready.outputs, ready.outputs) : Number.NaN,
    };
  }
  return rows;
}

/** Returns the cores' round trip in each round, if it was asked for. */
async function takeTurns(
  contenders: Contender[],
  { rounds, milliseconds, cores }: Plan,
): Promise<number[] | undefined> {
  const roundTrips: number[] = [];
  let spare = cores ? kSpareRounds * rounds : 0;
  for (let round = 0; round < rounds; ) {
    const before = await cores?.wait();
    // Now forwards, now backwards, so that nobody always comes after the slowest.
    const order = round % 2 ? [...contenders].reverse() : contenders;
    const turns: [Contender, number[]][] = [];
    for (const contender of order) {
      await contender.page.bringToFront();
      const times = await contender.page.evaluate((ms) => enginePage.turn(ms), milliseconds);
      turns.push([contender, times]);
    }
    if (cores && before !== undefined) {
      const longest = Math.max(before, await cores.roundTrip());
      if (!areNear(longest) && spare-- > 0) continue;
      roundTrips.push(longest);
    }
    for (const [contender, times] of turns) {
      contender.medians.push(median(times));
      contender.min = Math.min(contender.min, ...times);
    }
    ++round;
  }
  return cores && roundTrips;
}

/** Outputs belong together by name, or, where there is only one, without. */
function difference(expected: Outputs, actual: Outputs): number {
  if (expected.length !== actual.length) return Number.POSITIVE_INFINITY;
  const each = expected.map((output) => {
    const other =
      expected.length === 1 ? actual[0] : actual.find(({ name }) => name === output.name);
    if (other?.data.length !== output.data.length) return Number.POSITIVE_INFINITY;
    return relativeDifference(output, other);
  });
  return Math.max(...each);
}

/** Keeps one core busy until the function that it returns is called. */
export function keepCoreBusy(): () => void {
  const child = spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });
  return () => child.kill('SIGKILL');
}
