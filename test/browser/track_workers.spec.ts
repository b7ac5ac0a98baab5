// Tracks that are worked on in a worker of their own, where the browser reads tracks as streams;
// elsewhere the same is done in the window.

import { expect, HarnessPage, test } from './fixtures.js';

test('the background changes while a track runs', async ({ openHarness }) => {
  expect(await (await openHarness()).call('changeLooks')).toBe('bad-input');
});

const kStreams = { tag: '@needs-trackProcessor' };

/** A GPU that the processor emulates. Without any, Chromium asks the window how to draw a frame. */
const kEmulatedGpu = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

test('a busy window delays no frame', kStreams, async ({ engine, playwright, sites }) => {
  const { args = [], ...options } = engine.launchOptions;
  const browser = await playwright[engine.browserName].launch({
    ...options,
    args: [...args.filter((one) => one !== '--disable-gpu'), ...kEmulatedGpu],
  });
  const page = await browser.newPage();
  await page.goto(`${sites.isolated}harness.html`);
  await page.waitForFunction(() => 'harness' in globalThis);
  const { during, errors } = await new HarnessPage(page).call('keepWindowBusy', {});
  await browser.close();
  expect(errors).toEqual([]);
  // Of thirty a second: none at all if the window had any part in them.
  expect(Math.max(...during.map(({ fps }) => fps))).toBeGreaterThan(5);
  expect(Math.max(...during.map(({ inferenceMs }) => inferenceMs.p50))).toBeGreaterThan(0);
});

test('a model whose engine is in the window', async ({ engine, openHarness }) => {
  const { worker, errors } = await (await openHarness()).call('workOn', { worker: false }, {});
  expect(worker).toBe(engine.trackProcessor);
  expect(errors).toEqual([]);
});

test('a module draws', async ({ engine, openHarness }) => {
  const lime = [0, 255, 0];
  const harness = await openHarness();
  const { worker, errors } = await harness.call('workOn', {}, { draw: 'draw_lime.js' }, lime);
  expect(worker).toBe(engine.trackProcessor);
  expect(errors).toEqual([]);
});

test('a module that is not there', async ({ openHarness }) => {
  const { errors } = await (await openHarness()).call('workOn', {}, { draw: 'nowhere.js' });
  expect(new Set(errors)).toEqual(new Set(['fetch-failed']));
});

test('in the window when that is asked for', async ({ openHarness }) => {
  const { worker, errors } = await (await openHarness()).call('workOn', {}, { worker: false });
  expect(worker).toBe(false);
  expect(errors).toEqual([]);
});

test('in the window when no worker can be started', async ({ openHarness }) => {
  const { worker, errors } = await (await openHarness()).call('workOn', {}, { baseUrl: '/none/' });
  expect(worker).toBe(false);
  expect(errors).toEqual([]);
});

test('a background goes on with the model that is loaded again', async ({ openHarness }) => {
  const { loads, errors } = await (await openHarness()).call('reloadBehindBlur');
  expect(loads).toBe(2);
  expect(errors).toEqual(['disposed']);
});

test('a module that brings a copy of filigree/video draws with it, too', async ({
  openHarness,
}) => {
  const harness = await openHarness();
  const { loads, errors } = await harness.call('reloadBehindModule', 'draw_beside_copy.js');
  expect(loads).toBe(2);
  expect(errors).toEqual(['disposed']);
});

test('options that are no URLs are refused by name', async ({ engine, openHarness }) => {
  const [draw, base, loading] = await (await openHarness()).call('refuseUrls');
  expect(draw).toBe('FiligreeError: draw: expected a URL, got http://[');
  // Where there are no streams, there is no worker whose script could be somewhere.
  const refused = 'FiligreeError: baseUrl: expected a URL, got //[';
  expect(base).toBe(engine.trackProcessor ? refused : 'taken');
  expect(loading).toBe(refused);
});

test('an option for pictures that does not exist is told of', async ({ openHarness }) => {
  const said = await (await openHarness()).call('mistypeInput');
  expect(said).toBe(
    'FiligreeError: input "input_1": an image goes with image, mean, std, fit, crop; got "maen"',
  );
});

test('nothing is loaded for a track that is stopped already', async ({ openHarness }) => {
  const { ended, loads } = await (await openHarness()).call('abortAtOnce');
  expect(ended).toBe(true);
  expect(loads).toBe(0);
});

test('a module that fails later is told of, and draws on', kStreams, async ({ openHarness }) => {
  const lime = [0, 255, 0];
  const harness = await openHarness();
  const { worker, errors } = await harness.call('workOn', {}, { draw: 'draw_and_fail.js' }, lime);
  expect(worker).toBe(true);
  expect([...new Set(errors)]).toEqual(['Error: failed later']);
});

test('a worker that dies ends its track', kStreams, async ({ openHarness }) => {
  const { ended, errors } = await (await openHarness()).call('loseTrackWorker');
  expect(ended).toBe(true);
  expect(errors).toEqual(['engine-crashed']);
});

test('fewer frames, and fewer runs than frames', async ({ openHarness }) => {
  const { fps, runs, draws } = await (await openHarness()).call('slowDown');
  // At least 0.9 of a fifth of a second lies between two, so that a second holds six and a half.
  expect(fps).toBeLessThan(6.6);
  expect(draws).toBeGreaterThan(3);
  expect(runs).toBe(0);
});

const kTracks = { tag: '@needs-workerTracks' };

test("a track sent to a worker of the page's own", kTracks, async ({ openHarness }) => {
  expect(await (await openHarness()).call('sendTrackToWorker')).toBe(true);
});
