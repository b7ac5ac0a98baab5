// Pictures of every kind that a browser knows, read as a model's input reads them.

import { placeImage } from '../../../js/images.js';
import { type Drawable, readDrawable } from '../../../js/pictures.js';

const kSize = 32;

/** Blocks of four flat colours: compressed or not, scaled or not, their middles keep them. */
const kColors = ['#c82814', '#14a03c', '#1e3cb4', '#e6dc28'];

function blocks(width = kSize, height = kSize): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  kColors.forEach((color, i) => {
    context.fillStyle = color;
    context.fillRect((i % 2) * (width / 2), (i >> 1) * (height / 2), width / 2, height / 2);
  });
  return canvas;
}

async function imageOf(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

async function videoOf(canvas: HTMLCanvasElement): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = canvas.captureStream();
  // A stream of a canvas has a frame whenever something is drawn.
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = kColors[0];
  const timer = setInterval(() => context.fillRect(0, 0, 1, 1), 20);
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  await video.play();
  await shown;
  clearInterval(timer);
  return video;
}

/** Largest difference of any kind's pixels to the canvas' own, in the middle of each block. */
export async function everyKind(): Promise<Record<string, number>> {
  const canvas = blocks();
  const offscreen = new OffscreenCanvas(kSize, kSize);
  offscreen.getContext('2d')?.drawImage(canvas, 0, 0);
  const kinds: Record<string, Drawable> = {
    HTMLCanvasElement: canvas,
    OffscreenCanvas: offscreen,
    ImageBitmap: await createImageBitmap(canvas),
    VideoFrame: new VideoFrame(canvas, { timestamp: 0 }),
    HTMLImageElement: await imageOf(canvas.toDataURL()),
    HTMLVideoElement: await videoOf(canvas),
  };
  const shape = { width: kSize, height: kSize, channels: 3 };
  const expected = canvas.getContext('2d')?.getImageData(0, 0, kSize, kSize)
    .data as ArrayLike<number>;
  const result: Record<string, number> = {};
  for (const [kind, image] of Object.entries(kinds)) {
    const { data } = readDrawable(image, {}, shape, kind);
    result[kind] = 0;
    for (const x of [8, 24]) {
      for (const y of [8, 24]) {
        for (let c = 0; c < 4; ++c) {
          const at = 4 * (y * kSize + x) + c;
          result[kind] = Math.max(result[kind], Math.abs(data[at] - expected[at]));
        }
      }
    }
  }
  return result;
}

export interface Fitted {
  seen: { x: number; y: number; width: number; height: number };
  /** For each pixel of the input: the number of the block that it shows, or "." for black. */
  rows: string[];
}

/** A picture of 8 × 4 in inputs of other proportions. */
export function fits(): Record<string, Fitted> {
  const canvas = blocks(8, 4);
  const colors = kColors.map((color) => Number.parseInt(color.slice(1), 16));
  const look = (
    width: number,
    height: number,
    options: Parameters<typeof placeImage>[2] = {},
  ): Fitted => {
    const shape = { width, height, channels: 3 };
    const { data } = readDrawable(canvas, options, shape, 'fits');
    const name = (at: number) => {
      if (data[at + 3] === 0) return '.';
      const color = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      return colors.includes(color) ? String(colors.indexOf(color)) : '?';
    };
    const rows = Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => name(4 * (y * width + x))).join(''),
    );
    return { seen: placeImage(canvas, shape, options), rows };
  };
  return {
    stretch: look(8, 4),
    contain: look(8, 8, { fit: 'contain' }),
    cover: look(4, 4, { fit: 'cover' }),
    crop: look(4, 2, { crop: { x: 4, y: 0, width: 4, height: 2 } }),
    'crop and contain': look(4, 4, { fit: 'contain', crop: { x: 0, y: 2, width: 4, height: 2 } }),
  };
}

/** @param foreign a picture of another origin, without CORS */
export async function wrongPictures(foreign: string): Promise<Record<string, string>> {
  const closed = await createImageBitmap(blocks());
  closed.close();
  const wrong: Record<string, Drawable> = {
    'a closed bitmap': closed,
    'a video without a picture': document.createElement('video'),
    'an image that is not loaded': new Image(),
    'an image of another origin': await imageOf(foreign),
  };
  const shape = { width: 4, height: 4, channels: 3 };
  return Object.fromEntries(
    Object.entries(wrong).map(([what, image]) => {
      try {
        readDrawable(image, {}, shape, 'input "x"');
        return [what, 'nothing'];
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        return [what, `${code}: ${message}`];
      }
    }),
  );
}
