// Where the engine runs and which build: every combination must run what was meant, say so, and
// compute what the evaluator computes.

import { expect, test } from './fixtures.js';

const kVariants = [
  { variant: 'simd', threads: 1, build: 'simd' },
  { variant: 'relaxed', threads: 1, build: 'relaxed' },
  { variant: 'simd', threads: 2, build: 'simd-threads' },
  { variant: 'relaxed', threads: 2, build: 'relaxed-threads' },
] as const;

/** Largest difference as a share of the largest value. */
const kTolerance = 1e-5;

for (const where of ['runFaceModel', 'runFaceModelInWorker'] as const) {
  const place = where === 'runFaceModel' ? 'a window' : 'a worker';
  for (const worker of [true, false]) {
    const engine = worker ? 'in a worker of its own' : 'right there';
    test(`all four builds in ${place}, the engine ${engine}`, async ({ openHarness }) => {
      const page = await openHarness();
      for (const { variant, threads, build } of kVariants) {
        const report = await page.call(where, { variant, threads, worker });
        expect(report.explanation).toMatchObject({
          variant: build,
          threads,
          worker,
          reasons: { variant: 'asked for', threads: 'asked for' },
        });
        expect(report.relative, build).toBeLessThan(kTolerance);
        expect(report.repeats, build).toBe(true);
        expect(report.kernels.join(), build).toContain('spmm');
      }
    });
  }
}

test('three threads', async ({ openHarness }) => {
  const page = await openHarness();
  const { explanation, relative } = await page.call('runFaceModel', { threads: 3 });
  expect(explanation.threads).toBe(3);
  expect(relative).toBeLessThan(kTolerance);
});

test('unasked: relaxed SIMD, all cores up to four, in a worker', async ({ openHarness }) => {
  const page = await openHarness();
  const cores = await page.page.evaluate(() => navigator.hardwareConcurrency);
  const { explanation } = await page.call('runFaceModel', {});
  const threads = Math.min(4, cores);
  expect(explanation).toMatchObject({
    variant: threads > 1 ? 'relaxed-threads' : 'relaxed',
    threads,
    worker: true,
  });
  expect(explanation.reasons.variant).toContain('relaxed SIMD is there');
});

for (const threads of ['auto', 2] as const) {
  test(`without isolation one thread, threads ${threads}`, async ({ openHarness }) => {
    const page = await openHarness('open');
    const isolated = await page.page.evaluate(() => globalThis.crossOriginIsolated);
    expect(isolated).toBe(false);
    for (const variant of ['auto', 'simd', 'relaxed'] as const) {
      for (const worker of [true, false]) {
        const report = await page.call('runFaceModel', { threads, variant, worker });
        expect(report.explanation).toMatchObject({
          variant: variant === 'simd' ? 'simd' : 'relaxed',
          threads: 1,
          worker,
        });
        expect(report.explanation.reasons.threads).toContain('not cross-origin isolated');
        expect(report.relative).toBeLessThan(kTolerance);
      }
    }
  });
}

test('sparse never uses no sparse kernel', async ({ openHarness }) => {
  const page = await openHarness();
  const report = await page.call('runFaceModel', { sparse: 'never', threads: 1 });
  expect(report.kernels.join()).not.toContain('spmm');
  expect(report.relative).toBeLessThan(kTolerance);
});
