// onProgress: one story in order, true bytes, and exceptions that end the loading.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type LoadOptions, loadModel } from '../../js/load.js';
import { type LoadProgress, Progress } from '../../js/progress.js';
import { readSource } from '../../js/source.js';
import { failure, kBase, modelPath } from './support/fixtures.js';
import { openSite, type Site } from './support/site.js';

const kModel = readFileSync(modelPath('face_detection_full_range_sparse'));
let site: Site;

before(async () => {
  site = await openSite({
    '/model': (_, response) => {
      response.writeHead(200, { 'content-length': kModel.length });
      // In pieces, so that there is something to tell in between.
      for (let i = 0; i < kModel.length; i += 100_000) {
        response.write(kModel.subarray(i, i + 100_000));
      }
      response.end();
    },
    '/chunked': (_, response) => {
      response.write(kModel.subarray(0, 1000));
      response.end(kModel.subarray(1000));
    },
    '/gzip': (_, response) => {
      const packed = gzipSync(kModel);
      response.writeHead(200, {
        'content-encoding': 'gzip',
        'content-length': packed.length,
      });
      response.end(packed);
    },
  });
});
after(() => site.close());

async function storyOf(source: Parameters<typeof loadModel>[0], options: LoadOptions) {
  const story: LoadProgress[] = [];
  const onProgress = (progress: LoadProgress) => void story.push(progress);
  const model = await loadModel(source, { ...kBase, threads: 1, ...options, onProgress });
  model.dispose();
  return story;
}

for (const worker of [false, true]) {
  const where = worker ? 'in a worker' : 'on this thread';

  test(`fetch, compile and plan, each from its beginning to its end, ${where}`, async () => {
    const story = await storyOf(`${site.origin}/model`, { worker });
    const fetched = story.filter(({ phase }) => phase === 'fetch');
    const totals = new Set(fetched.map(({ total }) => total).filter((total) => total));
    assert.ok(fetched.length > 2, `${fetched.length} reports`);
    assert.equal(totals.size, 1, 'the total does not change');
    const [total] = totals;
    assert.ok(Number(total) >= kModel.length);
    fetched.reduce((last, next) => {
      assert.ok(next.loaded >= last.loaded, 'bytes do not go back');
      return next;
    });
    assert.deepEqual(story.slice(fetched.length - 1), [
      { phase: 'fetch', loaded: total, total },
      { phase: 'compile', loaded: 0, total: 1 },
      { phase: 'compile', loaded: 1, total: 1 },
      { phase: 'plan', loaded: 0, total: 1 },
      { phase: 'plan', loaded: 1, total: 1 },
    ]);
  });

  for (const phase of ['fetch', 'compile', 'plan'] as const) {
    for (const loaded of phase === 'fetch' ? [1] : [0, 1]) {
      test(`what the callback throws at ${phase} ${loaded} ends the loading, ${where}`, async () => {
        const error = new Error('no bar to draw on');
        let calls = 0;
        const onProgress = (progress: LoadProgress) => {
          if (progress.phase !== phase || progress.loaded < loaded) return;
          ++calls;
          throw error;
        };
        const options = { ...kBase, threads: 1, worker, onProgress };
        // Not wrapped: it is the caller's own.
        const caught = await loadModel(`${site.origin}/model`, options).catch((it) => it);
        assert.equal(caught, error);
        assert.equal(calls, 1, 'it is not called again');
      });
    }
  }
}

test('without a length, and with that of compressed bytes, the total is unknown', async () => {
  for (const path of ['/chunked', '/gzip']) {
    const reports: (number | undefined)[][] = [];
    const report = (...now: (number | undefined)[]) => void reports.push(now.slice(0, 2));
    await readSource(`${site.origin}${path}`, { report: report as never });
    const last = reports.pop();
    assert.deepEqual(last, [kModel.length, kModel.length], path);
    assert.ok(reports.length > 0, path);
    for (const [, total] of reports) assert.equal(total, undefined, path);
  }
});

test('the total is known from the start when the engine is compiled already', async () => {
  (await loadModel(kModel, { ...kBase, threads: 1 })).dispose();
  const story = await storyOf(`${site.origin}/model`, {});
  const fetched = story.filter(({ phase }) => phase === 'fetch');
  assert.ok(fetched.length > 2, `${fetched.length} reports`);
  for (const { total } of fetched.slice(1)) assert.equal(total, kModel.length);
});

test('bytes that are there already count too', async () => {
  const story = await storyOf(new Uint8Array(kModel), {});
  const last = story.filter(({ phase }) => phase === 'fetch').pop();
  assert.ok(Number(last?.loaded) >= kModel.length);
  assert.equal(last?.loaded, last?.total);
});

test('a length that proves too short is not believed', () => {
  const totals: unknown[] = [];
  const progress = new Progress(
    ({ total }) => totals.push(total),
    (error) => assert.fail(String(error)),
  );
  const report = progress.addPart();
  report(50, 100);
  report(150, 100);
  report(200, 200, true);
  assert.deepEqual(totals, [100, undefined, 200, 1]);
});

test('nothing is told after the end', async () => {
  const story: LoadProgress[] = [];
  const missing = loadModel(`${site.origin}/none`, {
    ...kBase,
    onProgress: (progress) => void story.push(progress),
  });
  await assert.rejects(missing, failure('fetch-failed', '/none', '404'));
  const { length } = story;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(story.length, length);
});
