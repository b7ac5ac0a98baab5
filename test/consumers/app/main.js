// What a user of the package writes: a model is loaded and run, also on a track, and the page says how
// it went.

import { FiligreeError, loadModel } from 'filigree';
import { processTrack } from 'filigree/video';

/** Whether a track is worked on in a worker. */
function placeOfTrack(model) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  const timer = setInterval(() => context.fillRect(0, 0, canvas.width, canvas.height), 33);
  const [camera] = canvas.captureStream(30).getVideoTracks();
  return new Promise((resolve, reject) => {
    const track = processTrack(camera, model, {
      onError: reject,
      onStatistics({ worker, inferenceMs }) {
        clearInterval(timer);
        track.stop();
        resolve(inferenceMs.p50 > 0 ? `track in a ${worker ? 'worker' : 'window'}` : 'never ran');
      },
    });
  });
}

try {
  const options = { variant: 'simd', threads: 2 };
  const model = await loadModel('/models/face_detection_short_range.tflite', options);
  const [{ shape }] = model.inputs;
  const [{ data }] = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
  const { variant, threads, worker } = await model.explain();
  const track = await placeOfTrack(model);
  model.dispose();
  const values = data.every(Number.isFinite) ? 'finite' : 'broken';
  const place = worker ? 'worker' : 'window';
  document.body.textContent = `${variant}, ${threads} threads, ${place}, ${values}, ${track}`;
} catch (error) {
  document.body.textContent = `${error instanceof FiligreeError ? error.code : ''} ${error.stack}`;
}
