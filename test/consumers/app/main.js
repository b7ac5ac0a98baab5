// What a user of the package writes: a model is loaded and run, and the page says how it went.

import { FiligreeError, loadModel } from 'filigree';

try {
  const options = { variant: 'simd', threads: 2 };
  const model = await loadModel('/models/face_detection_short_range.tflite', options);
  const [{ shape }] = model.inputs;
  const [{ data }] = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
  const { variant, threads, worker } = await model.explain();
  model.dispose();
  const values = data.every(Number.isFinite) ? 'finite' : 'broken';
  const place = worker ? 'worker' : 'window';
  document.body.textContent = `${variant}, ${threads} threads, ${place}, ${values}`;
} catch (error) {
  document.body.textContent = `${error instanceof FiligreeError ? error.code : ''} ${error.stack}`;
}
