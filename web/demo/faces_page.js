// @ts-check
// The faces page: a photograph, a clip or a camera in; boxes of the sparse detector and of its dense
// sibling out, beside how long each takes.

import { clipOf, openCamera, watch } from './clip.js';
import { setExplained } from './explanation.js';
import { FacePair } from './face_pair.js';
import {
  attempt,
  choices,
  chosenThreads,
  element,
  onFile,
  options,
  say,
  sayWrong,
} from './page.js';

/** @typedef {import('./faces.js').Face} Face */
/** @typedef {import('./face_pair.js').Kind} Kind */

const kSamples = [1, 2, 3, 4, 5, 6].map((i) => `photos/sample${i}.jpg`);
/** The clip is made of it when no photograph was picked: two persons at least are always in it. */
const kClip = kSamples[4];
/** How often both look at a photograph. */
const kTurns = 30;
/** Numbers that change faster cannot be read. */
const kShowMs = 500;

const canvas = /** @type {HTMLCanvasElement} */ (element('picture'));
const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
/** The frame that is looked at; the video goes on meanwhile. */
const frame = new OffscreenCanvas(1, 1);
const frameContext = /** @type {OffscreenCanvasRenderingContext2D} */ (frame.getContext('2d'));
const sourceChooser = /** @type {HTMLSelectElement} */ (options.elements.namedItem('source'));

/** @type {FacePair | undefined} */
let pair;
/** @type {Blob | undefined} the photograph that was picked */
let picked;
/** Ends the video that runs. */
let stop = async () => {};

async function load() {
  await stop();
  pair?.dispose();
  pair = undefined;
  setExplained();
  const { variant, sparse } = choices();
  say('Loading the models …');
  pair = await FacePair.load({
    threads: chosenThreads(),
    variant: /** @type {'auto'} */ (variant),
    sparse: /** @type {'auto'} */ (sparse),
  });
  setExplained(pair);
}

/** Shows what is chosen: the photograph, the clip or the camera. */
async function start() {
  await stop();
  const { source } = choices();
  element('samples').hidden = source === 'camera';
  if (!pair) return;
  pair.forget();
  if (source === 'camera') play(await openCamera(), 'in front of the camera');
  else if (source === 'clip') play(await openClip(), 'in the clip');
  else if (picked) await showPhotograph(picked);
  else say('Pick a photograph.');
}

async function openClip() {
  picked ??= await pickSample(kClip);
  const url = URL.createObjectURL(picked);
  try {
    return await clipOf(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {Blob} blob */
async function showPhotograph(blob) {
  say('Looking for faces …');
  const bitmap = await createImageBitmap(blob);
  const found = await detect(bitmap);
  // All at once, so that nothing moves below a pointer; the times become steadier in their places.
  listFaces(found.sparse);
  showNumbers(found);
  sayCount(found, 'in the photograph');
  showNumbers(await /** @type {FacePair} */ (pair).look(bitmap, kTurns));
  bitmap.close();
}

/** @param {MediaStreamTrack} track @param {string} where for the sentence about how many there are */
function play(track, where) {
  listFaces([]);
  let shownAt = 0;
  const look = async (/** @type {HTMLVideoElement} */ video) => {
    frame.width = video.videoWidth;
    frame.height = video.videoHeight;
    frameContext.drawImage(video, 0, 0);
    const found = await detect(frame);
    if (performance.now() - shownAt < kShowMs) return;
    shownAt = performance.now();
    sayCount(found, where);
    showNumbers(found);
  };
  track.addEventListener('ended', () => say('The camera has gone. Take the clip.', true));
  stop = watch(track, look, sayWrong);
}

/**
 * Finds the faces and shows the picture with them.
 * @param {ImageBitmap | OffscreenCanvas} image
 */
async function detect(image) {
  const found = await /** @type {FacePair} */ (pair).look(image);
  if (canvas.width !== image.width) canvas.width = image.width;
  if (canvas.height !== image.height) canvas.height = image.height;
  canvas.hidden = false;
  context.drawImage(image, 0, 0);
  drawBoxes(found.dense, 'dense');
  drawBoxes(found.sparse, 'sparse');
  return found;
}

/** @param {Face[]} faces @param {Kind} kind */
function drawBoxes(faces, kind) {
  const unit = Math.max(canvas.width, canvas.height) / 400;
  const color = getComputedStyle(canvas).getPropertyValue(`--${kind}`);
  for (const { x, y, width, height, keyPoints } of faces) {
    // A dark line below the bright one: one of them is seen before any background.
    for (const [style, thickness] of /** @type {const} */ ([
      ['#0009', 2.2],
      [color, 1.2],
    ])) {
      context.lineWidth = thickness * unit;
      context.strokeStyle = style;
      context.strokeRect(x, y, width, height);
    }
    context.fillStyle = color;
    for (const point of keyPoints) {
      context.beginPath();
      context.arc(point.x, point.y, unit, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

/** @param {Record<Kind, Face[]>} found @param {string} where */
function sayCount(found, where) {
  const count = found.sparse.length;
  const sentence = `${count} ${count === 1 ? 'face' : 'faces'} ${where}.`;
  // Screen readers say it too, and shall say it once.
  if (element('status').textContent !== sentence) say(sentence);
}

/** @param {Record<Kind, Face[]>} found */
function showNumbers(found) {
  const { milliseconds } = /** @type {FacePair} */ (pair);
  const longest = Math.max(milliseconds.sparse, milliseconds.dense);
  for (const kind of /** @type {Kind[]} */ (['sparse', 'dense'])) {
    const ms = milliseconds[kind];
    element(`${kind}-faces`).textContent = String(found[kind].length);
    element(`${kind}-ms`).textContent = ms.toFixed(1);
    element(`${kind}-bar`).style.inlineSize = `${(100 * ms) / longest}%`;
  }
  element('ratio').textContent = (milliseconds.dense / milliseconds.sparse).toFixed(2);
  element('comparison').hidden = false;
}

/** @param {Face[]} faces */
function listFaces(faces) {
  const lines = faces.map(({ score, x, y, width, height }) => {
    const [left, top, w, h] = [x, y, width, height].map(Math.round);
    const line = document.createElement('li');
    line.textContent = `score ${score.toFixed(2)} at ${left}, ${top}, ${w} × ${h}`;
    return line;
  });
  element('faces').replaceChildren(...lines);
}

/** @param {string} url */
async function pickSample(url) {
  press(url);
  return (await fetch(url)).blob();
}

/** @param {string | undefined} url of the sample that is shown, if it is one */
function press(url) {
  for (const button of element('samples').children) {
    button.setAttribute('aria-pressed', String(button.getAttribute('data-url') === url));
  }
}

function addSamples() {
  for (const url of kSamples) {
    const button = document.createElement('button');
    button.setAttribute('data-url', url);
    const image = document.createElement('img');
    image.src = url;
    image.alt = `Photograph ${url.split('/').pop()}`;
    button.append(image);
    button.addEventListener('click', () =>
      attempt(async () => {
        picked = await pickSample(url);
        await start();
      }),
    );
    element('samples').append(button);
  }
}

onFile(async (file) => {
  // What is no picture is refused before the one that is shown goes away.
  (await createImageBitmap(file)).close();
  press(undefined);
  picked = file;
  if (choices().source === 'camera') sourceChooser.value = 'photograph';
  await start();
});
options.addEventListener('change', ({ target }) =>
  attempt(async () => {
    if (target !== sourceChooser) await load();
    await start();
  }),
);

addSamples();
attempt(async () => {
  await load();
  await start();
});
