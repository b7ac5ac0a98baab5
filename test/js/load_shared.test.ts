// Several loads of one URL: one download, bytes of their own for each, and who leaves does not take
// the others along.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, test as nodeTest } from 'node:test';
import { loadModel } from '../../js/load.js';
import { SharedWork } from '../../js/shared.js';
import { readSource } from '../../js/source.js';
import { failure, kBase, modelPath, noise, settle } from './support/fixtures.js';
import { gate, openSite, type Site, until } from './support/site.js';

/** What waits for a server that never answers fails, instead of waiting for ever. */
const test = (name: string, body: () => Promise<void>) => nodeTest(name, { timeout: 30_000 }, body);

const kModel = readFileSync(modelPath('face_detection_full_range_sparse'));
let site: Site;
let door: ReturnType<typeof gate>;

beforeEach(async () => {
  door = gate();
  site = await openSite({
    '/model': async (_, response) => {
      response.writeHead(200, { 'content-length': kModel.length });
      response.write(kModel.subarray(0, 1000));
      await door.opened;
      response.end(kModel.subarray(1000));
    },
  });
});
afterEach(() => site.close());

const countOf = (path: string) => site.requests.filter((one) => one === path).length;

test('one download serves all who wait, with memory of their own', async () => {
  const url = `${site.origin}/model`;
  const reading = [readSource(url), readSource(new URL(url)), readSource(url)];
  await until(() => countOf('/model') > 0);
  reading.push(readSource(url));
  door.open();
  const results = await Promise.all(reading);
  assert.equal(countOf('/model'), 1);
  assert.equal(new Set(results.map(({ bytes }) => bytes.buffer)).size, reading.length);
  for (const { bytes, isOwn } of results) {
    assert.ok(isOwn);
    assert.ok(kModel.equals(bytes));
  }
});

test('a later load asks again: the file may have changed', async () => {
  door.open();
  await readSource(`${site.origin}/model`);
  await readSource(`${site.origin}/model`);
  assert.equal(countOf('/model'), 2);
});

for (const worker of [false, true]) {
  const where = worker ? 'in workers' : 'on this thread';

  test(`models of one download run side by side ${where}`, async () => {
    const options = { ...kBase, threads: 1, worker };
    const loading = [1, 2, 3].map(() => loadModel(`${site.origin}/model`, options));
    await until(() => countOf('/model') > 0);
    door.open();
    const models = await Promise.all(loading);
    assert.equal(countOf('/model'), 1);
    const outputs = await Promise.all(models.map((model) => model.run(noise(192 * 192 * 3))));
    for (const output of outputs) assert.deepEqual(output, outputs[0]);
    for (const model of models) model.dispose();
  });

  test(`who leaves does not end the download of the others ${where}`, async () => {
    const options = { ...kBase, threads: 1, worker };
    const controller = new AbortController();
    const leaving = loadModel(`${site.origin}/model`, { ...options, signal: controller.signal });
    const staying = loadModel(`${site.origin}/model`, options);
    await until(() => countOf('/model') > 0);
    controller.abort();
    await assert.rejects(leaving, failure('aborted'));
    await settle();
    assert.deepEqual(site.brokenOff, []);
    door.open();
    (await staying).dispose();
    assert.equal(countOf('/model'), 1);
  });

  test(`when the last one leaves the connection is closed ${where}`, async () => {
    const options = { ...kBase, threads: 1, worker };
    const controllers = [new AbortController(), new AbortController()];
    const loading = controllers.map(({ signal }) =>
      loadModel(`${site.origin}/model`, { ...options, signal }),
    );
    await until(() => countOf('/model') > 0);
    for (const controller of controllers) controller.abort();
    for (const one of loading) await assert.rejects(one, failure('aborted'));
    // And who comes now does not join what was stopped.
    const next = loadModel(`${site.origin}/model`, options);
    await until(() => site.brokenOff.length === 1);
    door.open();
    (await next).dispose();
    assert.equal(countOf('/model'), 2);
  });
}

test('work that is kept is done once; work that failed is done again', async () => {
  const work = new SharedWork<number>(true);
  let calls = 0;
  const join = (result: () => number) =>
    work.join(
      'key',
      async () => {
        ++calls;
        await settle();
        return result();
      },
      {},
    );
  const fail = () => {
    throw new Error('not today');
  };
  const both = await Promise.allSettled([join(fail), join(fail)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(calls, 1);
  assert.equal((await join(() => 5)).result, 5);
  assert.equal((await join(fail)).result, 5);
  assert.equal(calls, 2);
});

test('who joins late hears where things stand', async () => {
  const work = new SharedWork<void>(false);
  const door = gate();
  const first = work.join(
    'key',
    async (_, report) => {
      report(3, 9);
      await door.opened;
      report(9, 9);
    },
    {},
  );
  const heard: unknown[] = [];
  const second = work.join('key', assert.fail, { report: (...now) => void heard.push(now) });
  door.open();
  await Promise.all([first, second]);
  assert.deepEqual(heard, [
    [3, 9],
    [9, 9],
  ]);
});

test('who comes while the work is being stopped begins anew', async () => {
  const work = new SharedWork<string>(true);
  const stopped = gate();
  const controller = new AbortController();
  const leaving = work.join('key', () => stopped.opened.then(() => 'old'), {
    signal: controller.signal,
  });
  controller.abort();
  await assert.rejects(leaving, failure('aborted'));
  assert.equal((await work.join('key', async () => 'new', {})).result, 'new');
  // Nor does the old one, when it ends at last, take the place of the new one.
  stopped.open();
  await settle();
  assert.equal((await work.join('key', assert.fail, {})).result, 'new');
});
