// Errors reach the caller as FiligreeErrors with code, message and stack, wherever they arose.

import { kTolerance, relativeError } from './exact_faces.js';
import { expect, test } from './fixtures.js';
import type { Failure } from './pages/failures.js';

interface Expectation {
  code: string;
  message: RegExp;
  /** Arises in the engine: with a worker, the cause has the worker's stack. */
  inEngine?: boolean;
}

const kExpected: Record<Failure, Expectation> = {
  'a model that is not there': { code: 'fetch-failed', message: /no_such\.tflite.*404/ },
  'a page instead of a model': { code: 'not-a-model', message: /harness\.html.*HTML/i },
  'half a model': { code: 'invalid-model', message: /./, inEngine: true },
  'operators that are missing': {
    code: 'unsupported-op',
    message:
      /with_attention.*Landmarks2TransformMatrix.*TransformTensorBilinear.*TransformLandmarks/s,
    inEngine: true,
  },
  'too little memory': { code: 'out-of-memory', message: /4\.0 MB/, inEngine: true },
  'an engine that is not there': { code: 'fetch-failed', message: /nowhere\/filigree-.*baseUrl/ },
  'an input of the wrong size': { code: 'bad-input', message: /"input_1".*110592.*of 5/ },
  'an input of the wrong name': { code: 'bad-input', message: /"picture".*"input_1"/ },
  'a run after dispose': { code: 'disposed', message: /disposed/ },
  'a dispose during runs': { code: 'disposed', message: /disposed/ },
  'a signal that fires before loading': { code: 'aborted', message: /aborted/ },
  'a signal that fires while a run waits': { code: 'aborted', message: /aborted/ },
};

for (const worker of [true, false]) {
  test(`engine in ${worker ? 'a worker' : 'the window'}`, async ({ engine, openHarness }) => {
    const page = await openHarness();
    const options = { worker, threads: 2 };
    for (const [failure, { code, message, inEngine }] of Object.entries(kExpected)) {
      await test.step(failure, async () => {
        const report = await page.call('provoke', failure as Failure, options);
        const expected = { isFiligreeError: true, code, message: expect.stringMatching(message) };
        expect.soft(report, failure).toMatchObject(expected);
        // Another error than that one is told of once.
        if (report.code !== code) return;
        if (engine.messageInStack) expect.soft(report.stack, failure).toContain(report.message);
        expect.soft(report.stack, failure).toContain('/dist/');
        if (!inEngine) return;
        expect.soft(report.message, failure).toContain(report.cause?.message);
        expect.soft(report.cause?.stack, failure).toContain('/dist/worker.js');
      });
    }
    // After all of that, the next model runs as if nothing had been.
    const { outputs } = await page.call('runFaceModel', options);
    expect(relativeError(outputs)).toBeLessThan(kTolerance);
  });
}
