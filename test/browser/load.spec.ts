// What runs where nobody asked for a build, and other options of loadModel. (Builds asked for by name:
// builds.spec.ts.)

import { kTolerance, relativeError } from './exact_faces.js';
import { expect, test } from './fixtures.js';

test('three threads', async ({ engine, openHarness }) => {
  const page = await openHarness();
  const { explanation, outputs } = await page.call('runFaceModel', { threads: 3 });
  expect(explanation.threads).toBe(engine.threads ? 3 : 1);
  expect(relativeError(outputs)).toBeLessThan(kTolerance);
});

for (const site of ['isolated', 'open'] as const) {
  test(`unasked, ${site} page: the best build, all cores up to four, in a worker`, async ({
    engine,
    openHarness,
  }) => {
    const page = await openHarness(site);
    const cores = await page.page.evaluate(() => navigator.hardwareConcurrency);
    const { explanation, outputs } = await page.call('runFaceModel', {});
    const threads = engine.threads && site === 'isolated' ? Math.min(4, cores) : 1;
    const kind = engine.relaxedSimd ? 'relaxed' : 'simd';
    expect(explanation).toMatchObject({
      variant: threads > 1 ? `${kind}-threads` : kind,
      threads,
      worker: true,
    });
    const { reasons } = explanation;
    expect(reasons.variant).toBe(
      `relaxed SIMD is ${engine.relaxedSimd ? 'there' : 'missing here'}`,
    );
    if (site === 'open') expect(reasons.threads).toContain('not cross-origin isolated');
    else expect(reasons.threads).toContain(engine.threads ? ' cores' : 'threads are missing here');
    expect(relativeError(outputs)).toBeLessThan(kTolerance);
  });
}

test('sparse never uses no sparse kernel', async ({ openHarness }) => {
  const page = await openHarness();
  const report = await page.call('runFaceModel', { sparse: 'never', threads: 1 });
  expect(report.kernels.join()).not.toContain('spmm');
  expect(relativeError(report.outputs)).toBeLessThan(kTolerance);
});
