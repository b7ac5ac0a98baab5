// Pictures that only the browser can read (video, canvas, bitmap, …) as pixels: drawn onto a canvas
// of the model's size, so that the browser scales them and little has to be read back.

import { type CanvasContext, makeCanvas } from './canvas.js';
import { FiligreeError } from './errors.js';
import { type ImageInput, type ImagePixels, type ImageShape, placeImage } from './images.js';

/**
 * What a browser can draw: its size is that of its picture, not that of its element. Pictures of
 * another origin must be served with CORS.
 */
export type Drawable =
  | ImageBitmap
  | VideoFrame
  | HTMLVideoElement
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas;

/** Also of another realm (a frame's, a popup's), whose classes are not ours. */
const kDrawables =
  /^\[object (ImageBitmap|VideoFrame|OffscreenCanvas|HTML(Video|Image|Canvas)Element)\]$/;

/** Models that take turns at a video are few. */
const kMostContexts = 4;
const contexts = new Map<string, CanvasContext>();

export function isDrawable(value: unknown): value is Drawable {
  return kDrawables.test(Object.prototype.toString.call(value));
}

/**
 * Width and height of a picture, in its own pixels.
 * @throws FiligreeError `bad-input` when it has none (yet, or any more)
 */
export function drawableSize(image: Drawable, name: string): { width: number; height: number } {
  const size =
    'displayWidth' in image
      ? { width: image.displayWidth, height: image.displayHeight }
      : 'videoWidth' in image
        ? { width: image.videoWidth, height: image.videoHeight }
        : 'naturalWidth' in image
          ? { width: image.naturalWidth, height: image.naturalHeight }
          : { width: image.width, height: image.height };
  if (size.width > 0 && size.height > 0) return size;
  const reason =
    'videoWidth' in image
      ? 'the video has no picture yet (wait for its event loadeddata)'
      : 'naturalWidth' in image
        ? 'the picture is not loaded (wait for img.decode())'
        : 'the picture is empty, or was closed';
  throw new FiligreeError('bad-input', `${name}: ${reason}`);
}

/**
 * The picture as a model's input sees it: cropped, fitted and scaled to its width and height.
 * @returns RGBA
 * @throws FiligreeError `bad-input`, its message beginning with `name`
 */
export function readDrawable(
  image: Drawable,
  { fit, crop }: Pick<ImageInput, 'fit' | 'crop'>,
  { width, height }: ImageShape,
  name: string,
): ImagePixels {
  const size = drawableSize(image, name);
  const region = crop ?? { x: 0, y: 0, ...size };
  const seen = placeImage(size, { width, height }, { fit, crop: region }, name);
  const context = contextOf(width, height, name);
  context.clearRect(0, 0, width, height);
  context.save();
  try {
    // From here on in the picture's pixels.
    const [scaleX, scaleY] = [width / seen.width, height / seen.height];
    context.setTransform(scaleX, 0, 0, scaleY, -seen.x * scaleX, -seen.y * scaleY);
    // All of the picture, and what is outside of the region cut off: WebKit draws all of a VideoFrame
    // where a part is asked for.
    context.beginPath();
    context.rect(region.x, region.y, region.width, region.height);
    context.clip();
    context.drawImage(image, 0, 0, size.width, size.height);
    return context.getImageData(0, 0, width, height);
  } catch (error) {
    const reason =
      error instanceof DOMException && error.name === 'SecurityError'
        ? 'the picture comes from another origin, which must allow reading it: serve it with CORS ' +
          'and set crossorigin on its element'
        : `the picture could not be read: ${error instanceof Error ? error.message : error}`;
    throw new FiligreeError('bad-input', `${name}: ${reason}`, { cause: error });
  } finally {
    context.restore();
  }
}

function contextOf(width: number, height: number, name: string): CanvasContext {
  const key = `${width}×${height}`;
  let context = contexts.get(key);
  if (!context) {
    context = makeContext(width, height, name);
    context.imageSmoothingQuality = 'medium';
    const [oldest] = contexts.keys();
    if (contexts.size >= kMostContexts) contexts.delete(oldest);
    contexts.set(key, context);
  }
  return context;
}

function makeContext(width: number, height: number, name: string): CanvasContext {
  // Read after each drawing: it shall stay where the CPU can reach it.
  const options = { willReadFrequently: true };
  const context = makeCanvas(width, height).getContext('2d', options) as CanvasContext | null;
  if (!context) {
    throw new FiligreeError('unsupported-environment', `${name}: there is no 2D canvas here`);
  }
  return context;
}
