import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BuildWish,
  chooseBuild,
  detectEnvironment,
  type Environment,
} from '../../js/environment.js';
import { failure } from './support/fixtures.js';

const kAll: Environment = { simd: true, relaxed: true, threads: true, isolated: true, cores: 8 };

const kTable: {
  has?: Partial<Environment>;
  wish?: Partial<BuildWish>;
  variant: string;
  threads: number;
  reasons: [variant: RegExp, threads: RegExp];
}[] = [
  { variant: 'relaxed-threads', threads: 4, reasons: [/is there/, /8 cores, .*at most 4/] },
  { has: { cores: 2 }, variant: 'relaxed-threads', threads: 2, reasons: [/is there/, /2 cores/] },
  { has: { cores: 1 }, variant: 'relaxed', threads: 1, reasons: [/is there/, /1 cores/] },
  { has: { relaxed: false }, variant: 'simd-threads', threads: 4, reasons: [/missing/, /cores/] },
  {
    has: { isolated: false },
    variant: 'relaxed',
    threads: 1,
    reasons: [/there/, /not cross-origin isolated/],
  },
  {
    has: { threads: false },
    variant: 'relaxed',
    threads: 1,
    reasons: [/there/, /threads are missing/],
  },
  { wish: { threads: 1 }, variant: 'relaxed', threads: 1, reasons: [/there/, /asked for/] },
  {
    wish: { threads: 6 },
    variant: 'relaxed-threads',
    threads: 6,
    reasons: [/there/, /^asked for/],
  },
  {
    has: { cores: 1 },
    wish: { threads: 3 },
    variant: 'relaxed-threads',
    threads: 3,
    reasons: [/there/, /^asked for/],
  },
  {
    has: { isolated: false },
    wish: { threads: 2 },
    variant: 'relaxed',
    threads: 1,
    reasons: [/there/, /^2 were asked for, but the page/],
  },
  {
    wish: { variant: 'simd' },
    variant: 'simd-threads',
    threads: 4,
    reasons: [/asked for/, /cores/],
  },
  {
    wish: { variant: 'simd', threads: 1 },
    variant: 'simd',
    threads: 1,
    reasons: [/asked for/, /asked for/],
  },
  {
    wish: { variant: 'relaxed' },
    variant: 'relaxed-threads',
    threads: 4,
    reasons: [/^asked for/, /cores/],
  },
  {
    has: { relaxed: false },
    wish: { variant: 'relaxed' },
    variant: 'simd-threads',
    threads: 4,
    reasons: [/^relaxed was asked for, but .*missing/, /cores/],
  },
];

for (const { has = {}, wish = {}, variant, threads, reasons } of kTable) {
  test(`${JSON.stringify(has)} and ${JSON.stringify(wish)} give ${variant}, ${threads}`, () => {
    const choice = chooseBuild({ ...kAll, ...has }, { variant: 'auto', threads: 'auto', ...wish });
    assert.equal(choice.variant, variant);
    assert.equal(choice.threads, threads);
    assert.match(choice.reasons.variant, reasons[0]);
    assert.match(choice.reasons.threads, reasons[1]);
  });
}

test('only a missing SIMD is a failure', () => {
  const bare = { simd: false, relaxed: false, threads: false, isolated: false, cores: 1 };
  assert.throws(
    () => chooseBuild(bare, { variant: 'auto', threads: 'auto' }),
    failure('unsupported-environment', 'SIMD'),
  );
});

for (const threads of [0, -1, 1.5, Number.NaN, 65, '2' as never]) {
  test(`${JSON.stringify(threads)} threads are a bad option`, () => {
    assert.throws(
      () => chooseBuild(kAll, { variant: 'auto', threads }),
      failure('bad-input', 'threads'),
    );
  });
}

test('an unknown variant is a bad option', () => {
  const wish = { variant: 'simd-threads' as never, threads: 1 };
  assert.throws(() => chooseBuild(kAll, wish), failure('bad-input', 'variant', 'simd-threads'));
});

test('Node has SIMD, threads and isolation', async () => {
  const found = await detectEnvironment({ variant: 'auto', threads: 'auto' });
  assert.ok(found.simd && found.threads && found.isolated);
  assert.ok(found.cores >= 1);
});

test('relaxed SIMD is there in Node when it is asked for', async () => {
  assert.ok((await detectEnvironment({ variant: 'relaxed', threads: 1 })).relaxed);
});
