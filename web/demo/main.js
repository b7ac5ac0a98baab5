// @ts-check
// The demo page: a photograph in, boxes around the faces out, and a table of how it was done.

import { loadModel } from 'filigree';
import { showExplanation } from './explanation.js';
import { findFaces, kFaceInput } from './faces.js';
import { attempt, choices, chosenThreads, element, onFile, options, say } from './page.js';

/** @typedef {import('filigree').Model} Model */
/** @typedef {import('./faces.js').Face} Face */

const kModel = 'models/face_detection_full_range_sparse.tflite';
const kSamples = [1, 2, 3, 4, 5, 6].map((i) => `photos/sample${i}.jpg`);
const kRuns = 10;

const canvas = /** @type {HTMLCanvasElement} */ (element('picture'));

/** @type {Model | undefined} */
let model;
/** @type {Blob | undefined} the picture shown */
let picture;
async function load() {
  model?.dispose();
  model = undefined;
  const { variant, sparse } = choices();
  say('Loading the model …');
  model = await loadModel(kModel, {
    threads: chosenThreads(),
    variant: /** @type {'auto'} */ (variant),
    sparse: /** @type {'auto'} */ (sparse),
  });
  showExplanation(await model.explain());
  say('Pick a photograph.');
}

/** @param {Blob} blob */
async function detect(blob) {
  picture = blob;
  say('Looking for faces …');
  const bitmap = await createImageBitmap(blob);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.hidden = false;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || !model) return;
  context.drawImage(bitmap, 0, 0);
  const image = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const input = { image, ...kFaceInput };
  const [boxes, logits] = await model.run(input);
  const faces = findFaces(
    /** @type {Float32Array} */ (boxes.data),
    /** @type {Float32Array} */ (logits.data),
    image,
  );
  draw(context, faces);
  showFaces(faces);
  const { ms } = await model.profile(input, { runs: kRuns });
  say(`${faces.length} faces in ${ms.median.toFixed(1)} ms (median of ${kRuns} runs)`);
}

/** @param {CanvasRenderingContext2D} context @param {Face[]} faces */
function draw(context, faces) {
  const unit = context.canvas.width / 400;
  context.lineWidth = unit;
  context.strokeStyle = '#3f3';
  context.fillStyle = '#ff4';
  for (const { x, y, width, height, keyPoints } of faces) {
    context.strokeRect(x, y, width, height);
    for (const point of keyPoints) {
      context.fillRect(point.x - unit / 2, point.y - unit / 2, unit, unit);
    }
  }
}

/** @param {Face[]} faces */
function showFaces(faces) {
  const lines = faces.map(({ score, x, y, width, height }) => {
    const [left, top, w, h] = [x, y, width, height].map(Math.round);
    const line = document.createElement('li');
    line.textContent = `score ${score.toFixed(2)} at ${left}, ${top}, ${w} × ${h}`;
    return line;
  });
  element('faces').replaceChildren(...lines);
}

function addSamples() {
  for (const url of kSamples) {
    const button = document.createElement('button');
    const image = document.createElement('img');
    image.src = url;
    image.alt = `Photograph ${url.split('/').pop()}`;
    button.append(image);
    button.addEventListener('click', () => {
      for (const other of element('samples').children) {
        other.setAttribute('aria-pressed', String(other === button));
      }
      attempt(async () => detect(await (await fetch(url)).blob()));
    });
    element('samples').append(button);
  }
}

onFile(detect);
options.addEventListener('change', () =>
  attempt(async () => {
    await load();
    if (picture) await detect(picture);
  }),
);

addSamples();
attempt(load);
