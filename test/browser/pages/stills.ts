// A photograph before other backgrounds, as createBackgroundBlur makes it of a video frame.

import { loadModel } from 'filigree';
import { createBackgroundBlur } from 'filigree/video';

const kModel = '/models/selfie_segmentation.tflite';
const kInput = { mean: 0, std: 255 };

/** So many pixels are made of each of the photograph's, in both directions. */
const kBlock = 2;

export interface StillLook {
  compositor: 'webgl' | 'canvas';
  background: 'blur' | 'color' | 'image';
}

/** Stripes that nobody takes for a part of the photograph. */
function stripes(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(64, 64);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  ['teal', 'gold', 'teal', 'gold'].forEach((color, i) => {
    context.fillStyle = color;
    context.fillRect(0, 16 * i, 64, 16);
  });
  return canvas;
}

/** The photograph, in blocks. */
async function enlarge(url: string): Promise<OffscreenCanvas> {
  const photograph = new Image();
  photograph.src = url;
  await photograph.decode();
  const { naturalWidth, naturalHeight } = photograph;
  const canvas = new OffscreenCanvas(kBlock * naturalWidth, kBlock * naturalHeight);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingEnabled = false;
  context.drawImage(photograph, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * Leaves the picture on the page, in a canvas of the id `still`.
 * @param photograph a URL
 */
export async function showStill(
  photograph: string,
  { background, ...look }: StillLook,
): Promise<void> {
  const image = await enlarge(photograph);
  const { width, height } = image;
  const model = await loadModel(kModel, { variant: 'simd', threads: 1 });
  const outputs = await model.run({ image, ...kInput });
  const options = {
    blur: { blur: 24 },
    color: { color: [0.1, 0.2, 0.6] as const },
    image: { image: stripes() },
  };
  const blur = createBackgroundBlur({ model, ...look, ...options[background] });
  const canvas = Object.assign(document.createElement('canvas'), { id: 'still', width, height });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const frame = await createImageBitmap(image);
  const picture = new VideoFrame(frame, { timestamp: 0 });
  blur.draw(context, { image: picture, width, height, timestamp: 0, close: () => {} }, outputs);
  picture.close();
  blur.dispose();
  model.dispose();
  document.body.append(canvas);
}
