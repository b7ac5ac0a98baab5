// Pictures of every kind as inputs, and models on video tracks.

import { expect, test } from './fixtures.js';

test('pictures of every kind give the same pixels', async ({ openHarness }) => {
  const { HTMLVideoElement: video, ...others } = await (await openHarness()).call('everyKind');
  for (const [kind, difference] of Object.entries(others)) {
    // A VideoFrame may be stored as Y, U and V of 8 bits. Blue is 1.164 Y + 2.017 U: half a step of
    // each, and half a step of its own, are 2.1.
    expect(difference, kind).toBeLessThanOrEqual(kind === 'VideoFrame' ? 2 : 0);
  }
  // A stream may be compressed on its way.
  expect(video).toBeLessThanOrEqual(8);
});

test('a frame read from its planes is the one that a canvas shows', async ({ openHarness }) => {
  const differences = await (await openHarness()).call('planesAndCanvas', '/photos/sample5.jpg');
  expect(Object.keys(differences)).toHaveLength(5);
  for (const [placement, difference] of Object.entries(differences)) {
    // A step for each of the two roundings to bytes (Chromium cuts off), and one for ways to scale: a
    // picture that lay elsewhere by a pixel or had other colours would differ by 10 and more.
    expect(difference, placement).toBeLessThan(3);
  }
});

for (const worker of [true, false]) {
  const where = worker ? 'by a worker' : 'on the page';

  test(`frames of every format give their colours ${where}`, async ({ engine, openHarness }) => {
    const { differences, layers, clones, open } = await (await openHarness()).call(
      'readFrames',
      worker,
    );
    // Four placements of even frames and of odd ones, of which Firefox makes no planes.
    const frames = engine.browserName === 'firefox' ? 6 : 8;
    expect(Object.keys(differences)).toHaveLength(4 * frames);
    for (const [what, difference] of Object.entries(differences)) {
      // Half a step of Y, U and V each, as above, where they are read; drawn, another for rounding to
      // bytes. Packed pixels are what they are.
      expect(difference, what).toBeLessThanOrEqual(/RGBA|BGRX/.test(what) ? 0 : 3);
    }
    expect(layers).toBeGreaterThan(0);
    expect(clones).toBeGreaterThan(0);
    expect(open).toBe(0);
  });

  test(`frames of calls without an end are let go of ${where}`, async ({ openHarness }) => {
    const { codes, clones, open } = await (await openHarness()).call('dropFrames', worker);
    expect(codes).toEqual(['disposed', 'aborted', 'disposed', 'bad-input', 'bad-input']);
    expect(clones).toBe(3);
    expect(open).toBe(0);
  });
}

test('crop and fit show the right part of a picture', async ({ openHarness }) => {
  const looks = await (await openHarness()).call('fits');
  expect(looks.stretch.rows).toEqual(['00001111', '00001111', '22223333', '22223333']);
  expect(looks.contain.seen).toEqual({ x: 0, y: -2, width: 8, height: 8 });
  expect(looks.contain.rows).toEqual([
    ...['........', '........'],
    ...['00001111', '00001111', '22223333', '22223333'],
    ...['........', '........'],
  ]);
  expect(looks.cover.seen).toEqual({ x: 2, y: 0, width: 4, height: 4 });
  expect(looks.cover.rows).toEqual(['0011', '0011', '2233', '2233']);
  expect(looks.crop.rows).toEqual(['1111', '1111']);
  expect(looks['crop and contain'].rows).toEqual(['....', '2222', '2222', '....']);
});

test('pictures that cannot be read say why', async ({ openHarness, sites }) => {
  const foreign = `${sites.isolated}photos/sample1.jpg`;
  const said = await (await openHarness('open')).call('wrongPictures', foreign);
  expect(said['a closed bitmap']).toContain('bad-input: input "x": the picture is empty');
  expect(said['a video without a picture']).toContain('wait for its event loadeddata');
  expect(said['an image that is not loaded']).toContain('img.decode()');
  expect(said['an image of another origin']).toContain('serve it with CORS');
});

test('the person stays and the background changes', async ({ engine, openHarness }) => {
  const looks = await (await openHarness()).call('composite');
  expect(looks['webgl blur'].compositor).toBe(engine.webgl ? 'WebGL2' : 'Canvas2D');
  expect(looks['canvas blur'].compositor).toBe('Canvas2D');
  for (const [what, { person, background, contrast }] of Object.entries(looks)) {
    expect(person[0], what).toBeGreaterThan(245);
    expect(Math.max(person[1], person[2]), what).toBeLessThan(10);
    if (what.endsWith('color')) expect(background, what).toEqual([0, 0, 255]);
    if (what.endsWith('image')) expect(background, what).toEqual([0, 255, 0]);
    // Black and white stripes become gray.
    if (what.endsWith('blur')) {
      expect(contrast, what).toBeLessThan(40);
      expect(background[1], what).toBeGreaterThan(80);
      expect(background[1], what).toBeLessThan(175);
    }
  }
});

test('a lost GPU context is bridged', { tag: '@needs-webgl' }, async ({ openHarness }) => {
  const [before, without, after] = await (await openHarness()).call('loseContext');
  expect([before, without, after].map(({ compositor }) => compositor)).toEqual([
    'WebGL2',
    'Canvas2D',
    'WebGL2',
  ]);
  for (const { person, background } of [before, without, after]) {
    expect(person[0]).toBeGreaterThan(245);
    expect(background).toEqual([0, 0, 255]);
  }
});

test('a clip gets another background and reports how it is doing', async ({ openHarness }) => {
  const { size, statistics, errors } = await (await openHarness()).call('blurClip');
  expect(errors).toEqual([]);
  expect(size).toEqual([320, 240]);
  expect(statistics.fps).toBeGreaterThan(0);
  expect(statistics.inferenceMs.p50).toBeGreaterThan(0);
  expect(statistics.inferenceMs.p95).toBeGreaterThanOrEqual(statistics.inferenceMs.p50);
});

test('a track ends with its input, by a signal or by itself', async ({ openHarness }) => {
  expect(await (await openHarness()).call('endTracks')).toEqual({
    'with its input': true,
    'by a signal': true,
    'by its stop': true,
    'its input goes on': true,
  });
});

test('callbacks that throw do not end a track', async ({ openHarness }) => {
  const { draw, onError, onStatistics, uncaught } = await (await openHarness()).call(
    'throwFromCallbacks',
  );
  expect(draw).toBeGreaterThan(2);
  expect(onError).toBe(draw);
  expect(onStatistics).toBe(2);
  expect(uncaught.map((message) => message.replace(/^(Uncaught )?Error: /, ''))).toEqual([
    'onError threw',
    'onStatistics threw',
  ]);
});

test('frames go on while a model is loaded again', async ({ openHarness }) => {
  const { loads, errors } = await (await openHarness()).call('passThroughCrash');
  expect(loads).toBe(2);
  expect(errors).toEqual(['disposed']);
});
