// Pictures of every kind as inputs, and models on video tracks.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.js';
import type { Media } from './pages/media.js';

async function call<K extends keyof Media>(
  page: Page,
  site: string,
  name: K,
  ...args: Parameters<Media[K]>
): Promise<Awaited<ReturnType<Media[K]>>> {
  await page.goto(`${site}media.html`);
  await page.waitForFunction(() => 'media' in globalThis);
  return page.evaluate(
    ([key, values]) => {
      const { media } = globalThis as unknown as {
        media: Record<string, (...args: unknown[]) => unknown>;
      };
      return media[key as string](...(values as unknown[]));
    },
    [name, args] as unknown[],
  ) as Promise<Awaited<ReturnType<Media[K]>>>;
}

test('pictures of every kind give the same pixels', async ({ page, sites }) => {
  const { HTMLVideoElement: video, ...others } = await call(page, sites.isolated, 'everyKind');
  for (const [kind, difference] of Object.entries(others)) {
    // A VideoFrame may be stored as Y, U and V of 8 bits. Blue is 1.164 Y + 2.017 U: half a step of
    // each, and half a step of its own, are 2.1.
    expect(difference, kind).toBeLessThanOrEqual(kind === 'VideoFrame' ? 2 : 0);
  }
  // A stream may be compressed on its way.
  expect(video).toBeLessThanOrEqual(8);
});

test('crop and fit show the right part of a picture', async ({ page, sites }) => {
  const looks = await call(page, sites.isolated, 'fits');
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

test('pictures that cannot be read say why', async ({ page, sites }) => {
  const foreign = `${sites.isolated}photos/sample1.jpg`;
  const said = await call(page, sites.open, 'wrongPictures', foreign);
  expect(said['a closed bitmap']).toContain('bad-input: input "x": the picture is empty');
  expect(said['a video without a picture']).toContain('wait for its event loadeddata');
  expect(said['an image that is not loaded']).toContain('img.decode()');
  expect(said['an image of another origin']).toContain('serve it with CORS');
});

test('the person stays and the background changes', async ({ page, sites }) => {
  const looks = await call(page, sites.isolated, 'composite');
  expect(looks['webgl blur'].compositor).toBe('WebGL2');
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

test('a lost GPU context is bridged', async ({ page, sites }) => {
  const [before, without, after] = await call(page, sites.isolated, 'loseContext');
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

test('a clip gets another background and reports how it is doing', async ({ page, sites }) => {
  const { size, statistics, errors } = await call(page, sites.isolated, 'blurClip');
  expect(errors).toEqual([]);
  expect(size).toEqual([320, 240]);
  expect(statistics.fps).toBeGreaterThan(0);
  expect(statistics.inferenceMs.p50).toBeGreaterThan(0);
  expect(statistics.inferenceMs.p95).toBeGreaterThanOrEqual(statistics.inferenceMs.p50);
});

test('a track ends with its input, by a signal or by itself', async ({ page, sites }) => {
  expect(await call(page, sites.isolated, 'endTracks')).toEqual({
    'with its input': true,
    'by a signal': true,
    'by its stop': true,
    'its input goes on': true,
  });
});

test('frames go on while a model is loaded again', async ({ page, sites }) => {
  const { loads, errors } = await call(page, sites.isolated, 'passThroughCrash');
  expect(loads).toBe(2);
  expect(errors).toEqual(['disposed']);
});
