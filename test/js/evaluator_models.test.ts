// The evaluator on real models: they run, every shape is the one in the file (evaluate() checks
// that), and noise makes finite values. Whether the values are right is another test's matter,
// against LiteRT.js.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { evaluate } from '../evaluator/evaluate.js';
import { generateInputs } from '../generator/generate.js';

const modelFolder = fileURLToPath(new URL('../../build/models', import.meta.url));

// Without the larger ones of the same families.
const names = [
  'face_detection_full_range',
  'face_detection_full_range_sparse',
  'face_detection_short_range',
  'face_landmark',
  'hand_landmark_lite',
  'hand_recrop',
  'palm_detection_lite',
  'pose_detection',
  'pose_landmark_lite',
  'selfie_segmentation',
  'selfie_segmentation_landscape',
];

for (const name of names) {
  test(`${name} evaluates to finite values`, () => {
    const path = join(modelFolder, `${name}.tflite`);
    assert.ok(existsSync(path), `${path} is missing: npm test sets it up`);
    const bytes = readFileSync(path);
    const inputs = generateInputs(7, bytes).map(({ data }) => data);
    const { outputs } = evaluate(bytes, inputs);
    assert.ok(outputs.length > 0);
    for (const { data } of outputs) {
      assert.ok(data.length > 0 && data.every(Number.isFinite));
      assert.ok(data.some((value) => value !== 0));
    }
  });
}
