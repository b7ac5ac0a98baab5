// @ts-check
// The main job of `npm start`: finds the faces and the people in six photographs, says how it did
// it and how long it took, and writes what it saw as PNGs. It uses the package as anybody would.

import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadModel } from 'filigree';
import { findFaces, kFaceInput } from '../../web/demo/faces.js';
import { buildFolder, modelFolder, photoFolder, rootFolder } from '../setup/paths.mjs';
import { runMain } from '../setup/step.mjs';
import { readPicture, writeAnnotated } from './pictures.mjs';

/** @typedef {import('filigree').Model} Model */
/** @typedef {import('./pictures.mjs').Picture} Picture */

const kPhotos = [1, 2, 3, 4, 5, 6].map((i) => `sample${i}.jpg`);
const kRuns = 7;
const kTurns = 3;
/** From here on a pixel counts as person. */
const kPerson = 0.5;

/**
 * Loads a model twice: as it comes, and with the kernels for zeros switched off.
 * @param {string} file
 */
async function loadBoth(file) {
  const path = join(modelFolder, file);
  const [model, dense] = await Promise.all([loadModel(path), loadModel(path, { sparse: 'never' })]);
  return { file, model, dense };
}

/**
 * Says what runs and why.
 * @param {{file: string, model: Model}} loaded
 * @returns the number of layers with sparse kernels
 */
async function describe({ file, model }) {
  const { variant, threads, reasons, layers, macs } = await model.explain();
  const sparse = layers.filter(({ kernel }) => kernel.includes('spmm')).length;
  const millions = (/** @type {number} */ count) => (count / 1e6).toFixed(1);
  print(`${file}`);
  print(`  build ${variant}: ${reasons.variant}; threads ${threads}: ${reasons.threads}`);
  print(
    `  ${layers.length} layers, ${sparse} of them with sparse kernels; of ${millions(macs.dense)} ` +
      `million multiply-adds ${millions(macs.nonzero)} are not with zeros`,
  );
  return sparse;
}

/** @param {number[]} list */
function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}

/**
 * Median milliseconds of the model, with sparse kernels and without, measured in turns.
 * @param {{model: Model, dense: Model}} models
 * @param {Parameters<Model['profile']>[0]} input
 */
async function time({ model, dense }, input) {
  const ms = { model: /** @type {number[]} */ ([]), dense: /** @type {number[]} */ ([]) };
  for (let turn = 0; turn < kTurns; ++turn) {
    ms.model.push((await model.profile(input, { runs: kRuns })).ms.median);
    ms.dense.push((await dense.profile(input, { runs: kRuns })).ms.median);
  }
  return { model: median(ms.model), dense: median(ms.dense) };
}

/** @param {{model: number, dense: number}} ms */
function timesText({ model, dense }) {
  return `${model.toFixed(1)} ms (sparse: 'never': ${dense.toFixed(1)} ms)`;
}

/** @param {string} what @param {{model: number, dense: number}[]} times @param {number} sparse */
function printSummary(what, times, sparse) {
  const ms = {
    model: median(times.map(({ model }) => model)),
    dense: median(times.map(({ dense }) => dense)),
  };
  const gain = `${(ms.dense / ms.model).toFixed(2)} times as fast`;
  print(`${what}: ${timesText(ms)}, ${sparse > 0 ? gain : 'no sparse layers: the same'}`);
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {Awaited<ReturnType<typeof loadBoth>>} detector @param {Picture} image */
async function detectFaces(detector, image) {
  const input = { image, ...kFaceInput };
  const [boxes, logits] = await detector.model.run(input);
  const [values, scores] = /** @type {Float32Array[]} */ ([boxes.data, logits.data]);
  const faces = findFaces(values, scores, image).sort((a, b) => a.x - b.x);
  return { faces, ms: await time(detector, input) };
}

/** @param {Awaited<ReturnType<typeof loadBoth>>} segmenter @param {Picture} image */
async function findPeople(segmenter, image) {
  const input = { image, mean: 0, std: 255 };
  const [{ data, shape }] = await segmenter.model.run(input);
  const values = Array.from(data, Number);
  const share = values.filter((value) => value >= kPerson).length / values.length;
  const mask = { data: values, height: shape[1], width: shape[2] };
  return { mask, share, ms: await time(segmenter, input) };
}

await runMain(async () => {
  const outputFolder = join(buildFolder, 'start');
  mkdirSync(outputFolder, { recursive: true });
  const detector = await loadBoth('face_detection_full_range_sparse.tflite');
  const segmenter = await loadBoth('selfie_segmentation_landscape.tflite');
  print('');
  const sparseLayers = { faces: await describe(detector), people: await describe(segmenter) };
  /** @type {Record<'faces' | 'people', {model: number, dense: number}[]>} */
  const times = { faces: [], people: [] };
  let count = 0;
  for (const name of kPhotos) {
    const image = await readPicture(join(photoFolder, name));
    const { faces, ms: faceMs } = await detectFaces(detector, image);
    const { mask, share, ms: maskMs } = await findPeople(segmenter, image);
    const png = join(outputFolder, name.replace(/\.jpg$/, '.png'));
    await writeAnnotated(png, image, faces, mask);
    count += faces.length;
    times.faces.push(faceMs);
    times.people.push(maskMs);
    print(`\n${name}, ${image.width} × ${image.height}`);
    print(`  ${faces.length} faces in ${timesText(faceMs)}`);
    for (const { score, x, y, width, height } of faces) {
      const [left, top, w, h] = [x, y, width, height].map((value) => Math.round(value));
      print(`    score ${score.toFixed(2)}  at ${left}, ${top}, ${w} × ${h}`);
    }
    print(`  ${(100 * share).toFixed(1)} % of the pixels are person in ${timesText(maskMs)}`);
    print(`  ${relative(rootFolder, png)}`);
  }
  for (const { model, dense } of [detector, segmenter]) {
    model.dispose();
    dense.dispose();
  }
  print(`\n${count} faces in ${kPhotos.length} photographs`);
  printSummary('faces', times.faces, sparseLayers.faces);
  printSummary('people', times.people, sparseLayers.people);
  return count > 0 ? 0 : 1;
});
