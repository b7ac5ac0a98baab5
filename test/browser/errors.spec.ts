// Errors reach the caller as FiligreeErrors with code, message and stack, wherever they arose.

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
  for (const [failure, expected] of Object.entries(kExpected)) {
    const place = worker ? 'a worker' : 'the window';
    test(`engine in ${place}: ${failure}`, async ({ engine, openHarness }) => {
      const page = await openHarness();
      const report = await page.call('provoke', failure as Failure, { worker, threads: 2 });
      expect(report).toMatchObject({ isFiligreeError: true, code: expected.code });
      expect(report.message).toMatch(expected.message);
      if (engine.messageInStack) expect(report.stack).toContain(report.message);
      expect(report.stack).toContain('/dist/');
      if (!expected.inEngine) return;
      expect(report.message).toContain(report.cause?.message);
      expect(report.cause?.stack).toContain('/dist/worker.js');
    });
  }
}
