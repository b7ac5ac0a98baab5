// The decoding of the full-range face detectors, on made-up outputs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFaces, overlap } from '../../web/demo/faces.js';

const kCandidates = 2304;

/** Outputs in which all candidates but these are sure to be no face. */
function outputs(candidates: Record<number, { logit: number; values: number[] }>) {
  const boxes = new Float32Array(kCandidates * 16);
  const logits = new Float32Array(kCandidates).fill(-50);
  for (const [index, { logit, values }] of Object.entries(candidates)) {
    logits[Number(index)] = logit;
    boxes.set(values, Number(index) * 16);
  }
  return { boxes, logits };
}

/** Centre, size and six key points on the centre, relative to the candidate's square. */
function box(x: number, y: number, width: number, height: number): number[] {
  return [x, y, width, height, ...Array.from({ length: 6 }, () => [x, y]).flat()];
}

test('a candidate becomes a box in pixels of a square picture', () => {
  // Row 2, column 3: its square's centre is at (14, 10).
  const { boxes, logits } = outputs({ [2 * 48 + 3]: { logit: 2, values: box(1, -2, 20, 10) } });
  const [face, ...others] = findFaces(boxes, logits, { width: 384, height: 384 });
  assert.equal(others.length, 0);
  assert.ok(Math.abs(face.score - 0.8808) < 1e-4);
  assert.deepEqual(
    [face.x, face.y, face.width, face.height],
    [(15 - 10) * 2, (8 - 5) * 2, 20 * 2, 10 * 2],
  );
  assert.deepEqual(face.keyPoints, Array(6).fill({ x: 30, y: 16 }));
});

test('the letterbox is undone, for wide pictures and for tall ones', () => {
  // The centre of the input is the centre of any picture.
  const { boxes, logits } = outputs({ [24 * 48 + 24]: { logit: 2, values: box(-2, -2, 24, 24) } });
  for (const [width, height] of [
    [1920, 1080],
    [600, 1200],
  ]) {
    const [face] = findFaces(boxes, logits, { width, height });
    const size = (24 * Math.max(width, height)) / 192;
    assert.deepEqual(
      [face.x + face.width / 2, face.y + face.height / 2, face.width],
      [width / 2, height / 2, size],
    );
  }
});

test('candidates of one face are averaged by score, others are kept apart', () => {
  const { boxes, logits } = outputs({
    // The same place seen from two squares, the second of them 2 pixels off.
    0: { logit: Math.log(0.9 / 0.1), values: box(20, 20, 20, 20) },
    1: { logit: Math.log(0.6 / 0.4), values: box(18, 20, 20, 20) },
    1000: { logit: Math.log(0.7 / 0.3), values: box(0, 0, 20, 20) },
  });
  const faces = findFaces(boxes, logits, { width: 192, height: 192 });
  assert.deepEqual(
    faces.map(({ score }) => score.toFixed(3)),
    ['0.900', '0.700'],
  );
  const centre = faces[0].x + faces[0].width / 2;
  assert.ok(Math.abs(centre - (0.9 * 22 + 0.6 * 24) / 1.5) < 1e-4);
});

test('what is below the threshold, not a number or huge does no harm', () => {
  const { boxes, logits } = outputs({
    5: { logit: -0.1, values: box(0, 0, 20, 20) },
    500: { logit: Number.NaN, values: box(0, 0, 20, 20) },
    1500: { logit: 1e30, values: box(0, 0, 20, 20) },
  });
  const picture = { width: 192, height: 192 };
  const faces = findFaces(boxes, logits, picture);
  assert.deepEqual(
    faces.map(({ score }) => score),
    [1],
  );
  assert.equal(findFaces(boxes, logits, picture, 0.4).length, 2);
});

test('overlap: none, all, a third', () => {
  const a = { x: 0, y: 0, width: 10, height: 10 };
  assert.equal(overlap(a, { ...a, x: 10 }), 0);
  assert.equal(overlap(a, a), 1);
  assert.equal(overlap(a, { ...a, x: 5 }), 1 / 3);
});
