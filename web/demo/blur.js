// @ts-check
// The background blur page: camera or clip in, a person before another background out.

import { loadModel } from 'filigree';
import { createBackgroundBlur } from 'filigree/video';
import { clipOf, openCamera } from './clip.js';
import { setExplained } from './explanation.js';
import { attempt, choices, chosenThreads, element, options, say, sayWrong } from './page.js';
import { addSparseModels } from './sparse_models.js';

/** @typedef {import('filigree').Model} Model */
/** @typedef {import('filigree/video').TrackStatistics} TrackStatistics */

const kPhotograph = 'photos/sample1.jpg';
const kBehind = 'photos/sample4.jpg';
/** A calm green. */
const kColor = /** @type {[number, number, number]} */ ([0.18, 0.35, 0.3]);
const kPlotted = 60;

const video = /** @type {HTMLVideoElement} */ (element('picture'));
const plot = /** @type {HTMLCanvasElement} */ (element('plot'));

/** What runs now; all of it is let go before something else starts. */
let running = {
  stop: () => {},
  look: () => {},
};
/** @type {number[]} */
const plotted = [];

async function start() {
  running.stop();
  running = { stop: () => {}, look: () => {} };
  setExplained();
  const { source, model: name, sparse } = choices();
  say('Loading the model …');
  const model = await loadModel(`models/${name}.tflite`, {
    threads: chosenThreads(),
    sparse: /** @type {'auto'} */ (sparse),
  });
  const picture = new Image();
  picture.src = kBehind;
  await picture.decode();
  const camera = source === 'camera' ? await openCamera() : await clipOf(kPhotograph);
  const { blur, edge } = choices();
  const effect = createBackgroundBlur({
    model,
    blur: Number(blur),
    edge: /** @type {'soft'} */ (edge),
  });
  const track = effect.process(camera, {
    onStatistics: (statistics) => showStatistics(statistics, effect.compositor),
    onError: sayWrong,
  });
  const [drawn, plain] = [track, camera].map((one) => new MediaStream([one]));
  const look = () => {
    const now = choices();
    const shown = now.background === 'none' ? plain : drawn;
    if (video.srcObject !== shown) video.srcObject = shown;
    effect.set({
      blur: Number(now.blur),
      edge: /** @type {'soft'} */ (now.edge),
      ...(now.background === 'color' && { color: kColor }),
      ...(now.background === 'image' && { image: picture }),
    });
  };
  look();
  running = {
    look,
    stop() {
      track.stop();
      camera.stop();
      effect.dispose();
      model.dispose();
    },
  };
  setExplained(model);
}

/** @param {TrackStatistics} statistics @param {string} compositor */
function showStatistics({ fps, inferenceMs, dropped, worker }, compositor) {
  const { p50, p95 } = inferenceMs;
  say(
    `${fps.toFixed(0)} frames per second, ${p50.toFixed(1)} ms to read a frame and run the model ` +
      `(95 % within ${p95.toFixed(1)} ms), ${dropped} frames dropped; drawn by ${compositor} in ${worker ? 'a worker' : 'the window'}`,
  );
  plotted.push(p50);
  if (plotted.length > kPlotted) plotted.shift();
  drawPlot();
}

/** The last minute, a bar a second. */
function drawPlot() {
  const context = /** @type {CanvasRenderingContext2D} */ (plot.getContext('2d'));
  const { width, height } = plot;
  const most = Math.max(...plotted) * 1.1;
  context.clearRect(0, 0, width, height);
  context.fillStyle = getComputedStyle(plot).color;
  const step = width / kPlotted;
  plotted.forEach((ms, i) => {
    const bar = (ms / most) * height;
    context.fillRect(i * step, height - bar, step - 2, bar);
  });
}

const kLive = ['blur', 'background', 'edge'];
options.addEventListener('input', ({ target }) => {
  const { name } = /** @type {HTMLInputElement} */ (target);
  if (kLive.includes(name)) running.look();
  else attempt(start);
});
attempt(start);
// What nobody waits for comes last.
attempt(() =>
  addSparseModels(/** @type {HTMLSelectElement} */ (options.elements.namedItem('model'))),
);
