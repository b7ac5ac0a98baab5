// Nothing happens behind one's back: a page that does all that can be done with models asks for what it
// named and for the engine, each once, and keeps nothing.

import { serve } from '../../scripts/serve.mjs';
import { expect, test } from './fixtures.js';
import { finalText, writePage } from './small_page.js';

/** Everything that a model can do, with two models, one of them here and one in a worker. */
const kCode = `
  const options = { variant: 'simd', threads: 1 };
  const sparse = '/models/face_detection_full_range_sparse.tflite';
  const short = '/models/face_detection_short_range.tflite';
  const models = [
    await filigree.loadModel(short, options),
    await filigree.loadModel(sparse, { ...options, worker: false }),
  ];
  for (const model of models) {
    const [{ shape }] = model.inputs;
    const image = new ImageData(shape[2], shape[1]);
    await model.run({ image, mean: 127.5, std: 127.5 });
    await model.profile({ image, mean: 127.5, std: 127.5 }, { runs: 2 });
    await model.explain();
    await model.memory();
    await model.run(new Float32Array(3)).catch(() => {});
    model.dispose();
    await model.run({ image }).catch(() => {});
  }
  const kept = [
    document.cookie, localStorage.length, sessionStorage.length,
    (await caches.keys()).length, (await indexedDB.databases()).length,
    (await navigator.serviceWorker.getRegistrations()).length,
  ];
  return 'kept: ' + kept.join(' ');`;

test('requests for what was named, each once, and nothing kept', async ({
  page,
  pageLog,
}, testInfo) => {
  const root = writePage(testInfo, { imported: '/dist/index.js', code: kCode });
  const site = await serve({ root });
  const requests: string[] = [];
  const others: string[] = [];
  page.context().on('request', (request) => {
    // WebKit tells of a page twice that gets another process (fixtures.ts).
    const isTold = request.isNavigationRequest() && requests.includes(request.url());
    if (!isTold) requests.push(request.url());
  });
  page.on('websocket', (socket) => others.push(socket.url()));
  const text = await finalText(page, site.url);
  // What is sent when a page is left would come now.
  await page.goto('about:blank');
  await site.close();
  expect(text).toBe('kept:  0 0 0 0 0');
  expect(pageLog).toEqual([]);
  expect(others).toEqual([]);
  const asked = requests.filter((url) => !/^(data|about):/.test(url));
  const expected = [
    ...['', 'page.js', 'dist/index.js', 'dist/filigree-simd.wasm'],
    'models/face_detection_full_range_sparse.tflite',
    'models/face_detection_short_range.tflite',
    // Once in the worker, once in the window.
    ...['dist/worker.js', 'dist/worker.js', 'dist/filigree-simd.js', 'dist/filigree-simd.js'],
  ];
  expect(asked.sort()).toEqual(expected.map((path) => site.url + path).sort());
});
