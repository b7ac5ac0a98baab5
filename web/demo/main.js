// @ts-check
// The demo page: a photograph in, boxes around the faces out, and a table of how it was done.

import { loadModel } from 'filigree';
import { showExplanation } from './explanation.js';
import { findFaces, kFaceInput } from './faces.js';

/** @typedef {import('filigree').Model} Model */
/** @typedef {import('./faces.js').Face} Face */

const kModel = 'models/face_detection_full_range_sparse.tflite';
const kSamples = [1, 2, 3, 4, 5, 6].map((i) => `photos/sample${i}.jpg`);
const kRuns = 10;

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const options = /** @type {HTMLFormElement} */ (element('options'));
const canvas = /** @type {HTMLCanvasElement} */ (element('picture'));
const file = /** @type {HTMLInputElement} */ (element('file'));

/** @type {Model | undefined} */
let model;
/** @type {Blob | undefined} the picture shown */
let picture;
/** @type {Promise<void>} */
let lastAttempt = Promise.resolve();

/** @param {string} text */
function say(text, isError = false) {
  element('status').textContent = text;
  element('status').className = isError ? 'error' : '';
}

/**
 * One thing after the other, so that no model is replaced while it runs; and whatever goes wrong is
 * for the person to read.
 * @param {() => Promise<void>} action
 */
function attempt(action) {
  lastAttempt = lastAttempt.then(action).catch((error) => {
    const { code, message } = /** @type {{code?: string, message?: string}} */ (error);
    say(code ? `${code}: ${message}` : String(message), true);
  });
}

async function load() {
  model?.dispose();
  model = undefined;
  const { threads, variant, sparse } = Object.fromEntries(new FormData(options));
  say('Loading the model …');
  model = await loadModel(kModel, {
    threads: threads === 'auto' ? 'auto' : Number(threads),
    variant: /** @type {'auto'} */ (variant),
    sparse: /** @type {'auto'} */ (sparse),
  });
  showExplanation(await model.explain(), { facts: element('build'), layers: element('layers') });
  element('explanation').hidden = false;
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

file.addEventListener('change', () => {
  const [blob] = file.files ?? [];
  if (blob) attempt(() => detect(blob));
});
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  const blob = event.dataTransfer?.files[0];
  if (blob) attempt(() => detect(blob));
});
options.addEventListener('change', () =>
  attempt(async () => {
    await load();
    if (picture) await detect(picture);
  }),
);

addSamples();
attempt(load);
