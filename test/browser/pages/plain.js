// What a page without tools does: one script tag, one import, no import map, no bundler.

import { loadModel } from '/dist/index.js';

const model = await loadModel('/models/face_detection_short_range.tflite');
const [{ shape }] = model.inputs;
const outputs = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
const { variant, threads } = await model.explain();
const allFinite = outputs.every(({ data }) => data.every(Number.isFinite));
model.dispose();
document.body.textContent = `${variant}, ${threads} threads, ${allFinite ? 'finite' : 'broken'}`;
