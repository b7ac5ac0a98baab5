// The geometry of the hands demo: palms, the square around a hand, joints back in the picture.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  drawSquare,
  findPalms,
  kHandSize,
  landmarksOf,
  squareAround,
} from '../../web/demo/hands.js';

const kCandidates = 2016;
const kWhole = { x: 0, y: 0, width: 192, height: 192 };

function answers() {
  return {
    boxes: new Float32Array(kCandidates * 18),
    logits: new Float32Array(kCandidates).fill(-20),
  };
}

test('a candidate lies relative to the centre of its square', () => {
  const { boxes, logits } = answers();
  // The first of the second grid's square (1, 0): centre (24, 8).
  const index = 24 * 24 * 2 + 6;
  logits[index] = 3;
  boxes.set([2, -4, 20, 10, 1, 1, 0, 0, 5, -5], index * 18);
  const [palm, ...others] = findPalms(boxes, logits, { x: 100, y: 0, width: 384, height: 384 });
  assert.equal(others.length, 0);
  assert.deepEqual(
    { ...palm, score: undefined },
    {
      score: undefined,
      width: 40,
      height: 20,
      x: 100 + 2 * 26 - 20,
      y: 2 * 4 - 10,
      wrist: { x: 100 + 2 * 25, y: 18 },
      knuckle: { x: 100 + 2 * 29, y: 6 },
    },
  );
});

test('of palms that overlap the surest stays', () => {
  const { boxes, logits } = answers();
  for (const [index, logit] of [
    [0, 1],
    [1, 4],
    [300, 2],
  ]) {
    logits[index] = logit;
    boxes.set([0, 0, 12, 12], index * 18);
  }
  const scores = findPalms(boxes, logits, kWhole).map(({ score }) => score.toFixed(2));
  assert.deepEqual(scores, ['0.98', '0.88']);
});

/** What a canvas would do with a point, from the calls that set its transform. */
class Transform {
  #calls: ((point: [number, number]) => [number, number])[] = [];
  resetTransform() {
    this.#calls = [];
  }
  clearRect() {}
  drawImage() {}
  translate(x: number, y: number) {
    this.#calls.unshift(([px, py]) => [px + x, py + y]);
  }
  scale(x: number, y: number) {
    this.#calls.unshift(([px, py]) => [px * x, py * y]);
  }
  rotate(angle: number) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    this.#calls.unshift(([px, py]) => [c * px - s * py, s * px + c * py]);
  }
  apply(point: [number, number]): [number, number] {
    return this.#calls.reduce((at, call) => call(at), point);
  }
}

test('joints come back to where the square was taken from, and fingers point up in it', () => {
  for (const turn of [0, 0.7, Math.PI / 2, 3, -2]) {
    const wrist = { x: 200, y: 150 };
    const knuckle = { x: 200 + 30 * Math.sin(turn), y: 150 - 30 * Math.cos(turn) };
    const box = { score: 1, x: 170, y: 110, width: 60, height: 60 };
    const square = squareAround({ ...box, wrist, knuckle });
    const transform = new Transform();
    drawSquare(transform as unknown as CanvasRenderingContext2D, {} as CanvasImageSource, square);
    const low = transform.apply([wrist.x, wrist.y]);
    const high = transform.apply([knuckle.x, knuckle.y]);
    assert.ok(Math.abs(low[0] - high[0]) < 1e-6 && high[1] < low[1], `turned by ${turn}`);
    assert.ok(low.every((part) => part > 0 && part < kHandSize));
    const [back] = landmarksOf([...low, 0], square);
    assert.ok(Math.hypot(back.x - wrist.x, back.y - wrist.y) < 1e-6, `turned by ${turn}`);
  }
});
