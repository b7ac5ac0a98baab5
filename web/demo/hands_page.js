// @ts-check
// The hands page: camera or clip in, skeletons on it out.

import { loadModel, placeImage } from 'filigree';
import { processTrack } from 'filigree/video';
import { clipOf, openCamera } from './clip.js';
import {
  drawSquare,
  findPalms,
  kBones,
  kHandSize,
  kPalmInput,
  landmarksOf,
  squareAround,
} from './hands.js';
import { attempt, choices, chosenThreads, element, options, say, sayWrong } from './page.js';

/** @typedef {import('./hands.js').Point} Point */

const kPhotograph = 'photos/sample4.jpg';
/** The landmark model's own doubt whether there is a hand at all. */
const kHand = 0.5;
const kMostHands = 4;

const video = /** @type {HTMLVideoElement} */ (element('picture'));
const upright = new OffscreenCanvas(kHandSize, kHandSize);
const uprightContext = /** @type {OffscreenCanvasRenderingContext2D} */ (
  upright.getContext('2d', { willReadFrequently: true })
);

let stop = () => {};
async function start() {
  stop();
  stop = () => {};
  say('Loading the models …');
  const { source, size } = choices();
  const load = (/** @type {string} */ name) =>
    loadModel(`models/${name}_${size}.tflite`, { threads: chosenThreads() });
  const [palms, landmarks] = await Promise.all([load('palm_detection'), load('hand_landmark')]);
  const camera = await (source === 'camera' ? openCamera() : clipOf(kPhotograph));
  let hands = 0;
  const track = processTrack(camera, palms, {
    input: kPalmInput,
    async draw(context, frame, [boxes, logits]) {
      const { image, width, height } = frame;
      const seen = placeImage(frame, { width: 1, height: 1 }, kPalmInput);
      const found = findPalms(
        /** @type {Float32Array} */ (boxes.data),
        /** @type {Float32Array} */ (logits.data),
        seen,
      );
      const skeletons = [];
      for (const palm of found.slice(0, kMostHands)) {
        const square = squareAround(palm);
        drawSquare(uprightContext, image, square);
        const [joints, presence] = await landmarks.run({ image: upright, mean: 0, std: 255 });
        if (Number(presence.data[0]) < kHand) continue;
        skeletons.push(landmarksOf(/** @type {Float32Array} */ (joints.data), square));
      }
      // At once: what is on the canvas between two turns may be seen.
      context.drawImage(image, 0, 0, width, height);
      for (const skeleton of skeletons) drawHand(context, skeleton);
      hands = skeletons.length;
    },
    onStatistics: ({ fps, inferenceMs, dropped }) =>
      say(
        `${hands} ${hands === 1 ? 'hand' : 'hands'}; ${fps.toFixed(0)} frames per second, ` +
          `${inferenceMs.p50.toFixed(1)} ms to find palms, ${dropped} frames dropped`,
      ),
    onError: sayWrong,
  });
  stop = () => {
    track.stop();
    camera.stop();
    palms.dispose();
    landmarks.dispose();
  };
  video.srcObject = new MediaStream([track]);
}

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {Point[]} joints
 */
function drawHand(context, joints) {
  context.lineWidth = 3;
  context.lineCap = 'round';
  context.strokeStyle = '#3f3';
  context.beginPath();
  for (const [from, to] of kBones) {
    context.moveTo(joints[from].x, joints[from].y);
    context.lineTo(joints[to].x, joints[to].y);
  }
  context.stroke();
  context.fillStyle = '#f36';
  for (const { x, y } of joints) {
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
  }
}

options.addEventListener('input', () => attempt(start));
attempt(start);
