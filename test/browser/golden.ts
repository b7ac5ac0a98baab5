// Pictures that a person has looked at and found right, and how far another one may be from them.
// `FILIGREE_GOLDEN=write npx playwright test golden --project=chromium` writes them anew: look at
// them before they are committed.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { rootFolder } from '../../scripts/setup/paths.mjs';
import { expect } from './fixtures.js';

const folder = join(rootFolder, 'test', 'browser', 'golden');

/** The pictures are small: what they shall show is drawn large. */
const kMostPixels = 360;

/**
 * Decoders of JPEG and conversions of video frames differ by some steps of 255, and the committed
 * pictures are JPEG themselves; smoothed edges lie elsewhere by parts of a pixel.
 */
const kMeanDifference = 2;
/** A pixel that differs by more than this, in any colour, shows something else … */
const kDifference = 32;
/** … and so many of them may be smoothed edges. */
const kDifferentShare = 0.002;

interface Distance {
  mean: number;
  share: number;
}

/**
 * Compares what a canvas, an image or a video shows with the golden picture of that name.
 * @param shown is still: it looks the same as long as anybody looks
 */
export async function expectGolden(shown: Locator, name: string): Promise<void> {
  const file = join(folder, `${name}.jpg`);
  if (process.env.FILIGREE_GOLDEN === 'write') {
    const url = await shown.evaluate(shrink, kMostPixels);
    writeFileSync(file, Buffer.from(url.split(',')[1], 'base64'));
    return;
  }
  const golden = `data:image/jpeg;base64,${readFileSync(file).toString('base64')}`;
  const actual = await shown.evaluate(shrink, kMostPixels);
  const distance = await shown.page().evaluate(compare, { golden, actual, limit: kDifference });
  expect(distance.mean, `${name}: mean difference`).toBeLessThan(kMeanDifference);
  expect(distance.share, `${name}: share of other pixels`).toBeLessThan(kDifferentShare);
}

/** A small JPEG of what is shown. By means of whole blocks, since browsers scale as they like. */
function shrink(shown: Element, mostPixels: number): string {
  const source = shown as HTMLCanvasElement | HTMLVideoElement;
  const { width, height } =
    source instanceof HTMLVideoElement
      ? { width: source.videoWidth, height: source.videoHeight }
      : source;
  const paint = (w: number, h: number) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
    return canvas.getContext('2d') as CanvasRenderingContext2D;
  };
  const whole = paint(width, height);
  whole.drawImage(source, 0, 0);
  const { data } = whole.getImageData(0, 0, width, height);
  const block = Math.ceil(Math.max(width, height) / mostPixels);
  const small = paint(Math.floor(width / block), Math.floor(height / block));
  const result = small.createImageData(small.canvas.width, small.canvas.height);
  for (let y = 0; y < result.height; ++y) {
    for (let x = 0; x < result.width; ++x) {
      for (let channel = 0; channel < 4; ++channel) {
        let sum = 0;
        for (let i = 0; i < block * block; ++i) {
          const row = y * block + Math.floor(i / block);
          const column = x * block + (i % block);
          sum += data[4 * (row * width + column) + channel];
        }
        result.data[4 * (y * result.width + x) + channel] = sum / (block * block);
      }
    }
  }
  small.putImageData(result, 0, 0);
  return small.canvas.toDataURL('image/jpeg', 0.92);
}

async function compare(urls: { golden: string; actual: string; limit: number }): Promise<Distance> {
  const pixels = async (url: string) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { width, height } = image;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, width, height);
  };
  const [golden, actual] = await Promise.all([pixels(urls.golden), pixels(urls.actual)]);
  if (golden.width !== actual.width || golden.height !== actual.height) {
    throw new Error(`${actual.width}×${actual.height} instead of ${golden.width}×${golden.height}`);
  }
  let sum = 0;
  let others = 0;
  for (let i = 0; i < golden.data.length; i += 4) {
    const differences = [0, 1, 2].map((c) => Math.abs(golden.data[i + c] - actual.data[i + c]));
    sum += differences[0] + differences[1] + differences[2];
    if (Math.max(...differences) > urls.limit) ++others;
  }
  const count = golden.data.length / 4;
  return { mean: sum / (3 * count), share: others / count };
}
