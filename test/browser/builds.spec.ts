// Each build asked for by name, wherever an engine can be: on pages that are isolated and on others,
// in a window and in a worker, right there or in a worker of its own. Every combination must run what
// was meant or what the browser has instead, say so, and compute what the evaluator computes.

import { kTolerance, relativeError } from './exact_faces.js';
import { expectedBuild, kWishes } from './expected_build.js';
import { expect, test } from './fixtures.js';

for (const site of ['isolated', 'open'] as const) {
  for (const where of ['runFaceModel', 'runFaceModelInWorker'] as const) {
    for (const worker of [true, false]) {
      const place = where === 'runFaceModel' ? 'a window' : 'a worker';
      const way = worker ? 'in a worker of its own' : 'right there';
      test(`all builds, ${site} page, ${place}, engine ${way}`, async ({ engine, openHarness }) => {
        const page = await openHarness(site);
        const isolated = site === 'isolated';
        expect(await page.page.evaluate(() => globalThis.crossOriginIsolated)).toBe(isolated);
        for (const wish of kWishes) {
          const report = await page.call(where, { ...wish, worker });
          const expected = expectedBuild(wish, engine, isolated);
          expect(report.explanation).toMatchObject({ ...expected, worker });
          expect(relativeError(report.outputs), expected.variant).toBeLessThan(kTolerance);
          expect(report.repeats, expected.variant).toBe(true);
          expect(report.kernels.join(), expected.variant).toContain('spmm');
        }
      });
    }
  }
}

test('a browser without SIMD is told so', async ({ openHarness }) => {
  const { page } = await openHarness();
  const errors = await page.evaluate(async () => {
    const { loadModel } = await import('/dist/index.js' as string);
    // What a browser says of instructions that it does not know.
    WebAssembly.validate = () => false;
    const loads = [true, false].map((worker) =>
      loadModel('/models/face_detection_short_range.tflite', { worker }).catch(
        ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
      ),
    );
    return Promise.all(loads);
  });
  for (const error of errors) {
    expect(error).toMatch(/^unsupported-environment: WebAssembly SIMD is missing here/);
  }
});
