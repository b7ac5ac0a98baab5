// The compositors behind createBackgroundBlur, on a frame and a mask that are known.

import type { Tensor } from 'filigree';
import { type BackgroundBlur, createBackgroundBlur } from 'filigree/video';

const kWidth = 64;
const kHeight = 32;
const kMask = { width: 16, height: 8 };

/** Red on the left, where the person is, and fine black and white stripes on the right. */
function frame() {
  const image = document.createElement('canvas');
  Object.assign(image, { width: kWidth, height: kHeight });
  const context = image.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = 'red';
  context.fillRect(0, 0, kWidth / 2, kHeight);
  for (let x = kWidth / 2; x < kWidth; ++x) {
    context.fillStyle = x % 2 ? 'white' : 'black';
    context.fillRect(x, 0, 1, kHeight);
  }
  const picture = new VideoFrame(image, { timestamp: 0 });
  return { image: picture, width: kWidth, height: kHeight, timestamp: 0, close: () => {} };
}

function mask(): Tensor {
  const { width, height } = kMask;
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    i % width < width / 2 ? 1 : 0,
  );
  return { name: 'mask', shape: [1, height, width, 1], dtype: 'float32', data };
}

/** Red, green and blue well within the person, and of the background's middle and its contrast. */
export interface Composite {
  compositor: string;
  person: number[];
  background: number[];
  /** Largest difference of two neighbours in the background. */
  contrast: number;
}

function look(blur: BackgroundBlur): Composite {
  const { compositor } = blur;
  const canvas = new OffscreenCanvas(kWidth, kHeight);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  blur.draw(context, frame(), [mask()]);
  const { data } = context.getImageData(0, 0, kWidth, kHeight);
  const pixel = (x: number, y: number) => [...data.slice(4 * (y * kWidth + x)).slice(0, 3)];
  let contrast = 0;
  for (let x = 44; x < 56; ++x) {
    contrast = Math.max(contrast, Math.abs(pixel(x, 16)[1] - pixel(x + 1, 16)[1]));
  }
  return { compositor, person: pixel(12, 16), background: pixel(50, 16), contrast };
}

/** Every kind of background, with the GPU and without. */
export async function composite(): Promise<Record<string, Composite>> {
  const model = undefined as never; // Only tracks need it.
  const green = new OffscreenCanvas(10, 10);
  const context = green.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.fillStyle = 'lime';
  context.fillRect(0, 0, 10, 10);
  const looks = {
    blur: { blur: 12 },
    color: { color: [0, 0, 1] as const },
    image: { image: green },
  };
  const results: Record<string, Composite> = {};
  for (const compositor of ['webgl', 'canvas'] as const) {
    for (const [kind, options] of Object.entries(looks)) {
      const blur = createBackgroundBlur({ model, compositor, ...options });
      results[`${compositor} ${kind}`] = look(blur);
      blur.dispose();
    }
  }
  return results;
}

/** The GPU's context is taken away and given back. */
export async function loseContext(): Promise<Composite[]> {
  let gpu: WebGL2RenderingContext | undefined;
  const { getContext } = OffscreenCanvas.prototype;
  OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...args: unknown[]) {
    const context = getContext.apply(this, args as never);
    if (args[0] === 'webgl2') gpu = context as WebGL2RenderingContext;
    return context;
  } as typeof getContext;
  const blur = createBackgroundBlur({
    model: undefined as never,
    compositor: 'webgl',
    color: [0, 0, 1],
  });
  const results = [look(blur)];
  OffscreenCanvas.prototype.getContext = getContext;
  const extension = gpu?.getExtension('WEBGL_lose_context');
  if (!gpu || !extension) throw new Error('no way to lose a context');
  const { canvas } = gpu;
  const event = (name: string) =>
    new Promise((resolve) => {
      canvas.addEventListener(name, resolve, { once: true });
    });
  const lost = event('webglcontextlost');
  extension.loseContext();
  await lost;
  // It may be restored once all have heard of the loss.
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  results.push(look(blur));
  const restored = event('webglcontextrestored');
  extension.restoreContext();
  await restored;
  results.push(look(blur));
  blur.dispose();
  return results;
}
