// Pictures that a person has looked at and found right, and how far another one may be from them.
// `FILIGREE_GOLDEN=write npx playwright test golden.spec --project=chromium` writes them anew: look
// at them before they are committed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { rootFolder } from '../../scripts/setup/paths.mjs';
import { expect } from './fixtures.js';

const folder = join(rootFolder, 'test', 'browser', 'golden');

/** The pictures are small: what they shall show is drawn large. */
const kMostPixels = 400;

/**
 * What is shown must be the same to a model in all browsers (blocks.ts): a box that lies elsewhere is
 * another picture. Then the means lie 0.7 to 1.3 of 255 away, which is what JPEG takes from the golden
 * pictures, and between browsers 0.1 more: what their conversions of video frames round.
 */
const kMeanDifference = 2;
/** A pixel that differs by more than this, in any colour, shows something else … */
const kDifference = 32;
/**
 * … and so many of them may be smoothed edges of lines, at other parts of a pixel: at most 0.0009 are,
 * those of hands in WebKit. A hand's lines are 0.015 of the picture, the least box that may be missing
 * 0.0014.
 */
const kDifferentShare = 0.0012;

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
  // It stays in the page: WebKit's inspector takes no long messages.
  const small = await shown.evaluateHandle(shrink, kMostPixels);
  if (process.env.FILIGREE_GOLDEN === 'write') {
    const url = await small.evaluate((canvas) => canvas.toDataURL());
    const { default: sharp } = await import('sharp');
    // Colours as sharp as they are: thin lines are what these pictures are about.
    await sharp(Buffer.from(url.split(',')[1], 'base64'))
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toFile(file);
    return;
  }
  const golden = `data:image/jpeg;base64,${readFileSync(file).toString('base64')}`;
  const distance = await small.evaluate(compare, { golden, limit: kDifference });
  expect(distance.mean, `${name}: mean difference`).toBeLessThan(kMeanDifference);
  expect(distance.share, `${name}: share of other pixels`).toBeLessThan(kDifferentShare);
}

/** What is shown, made small. By means of whole blocks, since browsers scale as they like. */
function shrink(shown: Element, mostPixels: number): HTMLCanvasElement {
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
  return small.canvas;
}

async function compare(
  actual: HTMLCanvasElement,
  { golden, limit }: { golden: string; limit: number },
): Promise<Distance> {
  const image = new Image();
  image.src = golden;
  await image.decode();
  const { width, height } = image;
  if (width !== actual.width || height !== actual.height) {
    throw new Error(`${actual.width}×${actual.height} instead of ${width}×${height}`);
  }
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(image, 0, 0);
  const pixels = [context, actual.getContext('2d') as CanvasRenderingContext2D].map(
    (each) => each.getImageData(0, 0, width, height).data,
  );
  const [first, second] = pixels;
  let sum = 0;
  let others = 0;
  for (let i = 0; i < first.length; i += 4) {
    const differences = [0, 1, 2].map((c) => Math.abs(first[i + c] - second[i + c]));
    sum += differences[0] + differences[1] + differences[2];
    if (Math.max(...differences) > limit) ++others;
  }
  return { mean: sum / (3 * width * height), share: others / (width * height) };
}
