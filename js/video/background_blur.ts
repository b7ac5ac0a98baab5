// createBackgroundBlur: a segmentation model, a steadied mask, and a compositor that puts the person
// before a blurred, coloured or pictured background.

import type { CanvasContext } from '../canvas.js';
import { FiligreeError } from '../errors.js';
import type { Model } from '../model.js';
import type { Tensor } from '../tensors.js';
import { CanvasCompositor } from './canvas_compositor.js';
import type { Background, Compositor, Look } from './compositor.js';
import type { Frame } from './frames.js';
import { MaskFilter } from './mask.js';
import { processTrack, type TrackOptions } from './process_track.js';
import { WebglCompositor } from './webgl_compositor.js';

export interface BackgroundOptions {
  /**
   * A segmentation model, such as MediaPipe's selfie_segmentation: one picture in, the shares of
   * person out. Or a function that loads one, see {@link processTrack}.
   */
  model: Model | (() => Promise<Model>);
  /** Radius of the blur in pixels of the frame. Default 16. */
  blur?: number;
  /** A picture behind the person instead of the blur; it fills the frame. */
  image?: ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas;
  /** A colour behind the person instead of the blur: red, green and blue from 0 to 1. */
  color?: readonly [number, number, number];
  /** Whether the outline follows the edges in the frame (`'refined'`, default) or is only soft. */
  edge?: 'refined' | 'soft';
  /**
   * `'auto'` (default): WebGL2 on a GPU, otherwise Canvas2D, which is several times as fast as a
   * WebGL2 without one; `'webgl'`: WebGL2 in any case, as far as there is one.
   */
  compositor?: 'auto' | 'webgl' | 'canvas';
}

/** What may be changed while a track runs. */
export type BackgroundLook = Pick<BackgroundOptions, 'blur' | 'image' | 'color' | 'edge'>;

const kDefaultBlur = 16;

/** MediaPipe's segmentation models take shares of full brightness. */
const kInput = { mean: 0, std: 255 };

export interface BackgroundBlur {
  /** A track with the new background, see {@link processTrack}. */
  process(
    track: MediaStreamTrack,
    options?: Omit<TrackOptions, 'draw' | 'input'>,
  ): MediaStreamTrack;
  /** Draws one frame, for callers with a loop of their own. */
  draw(context: CanvasContext, frame: Frame, outputs: Tensor[]): void;
  /** Changes what is behind the person from the next frame on. */
  set(look: BackgroundLook): void;
  /** What draws at the moment. */
  readonly compositor: 'WebGL2' | 'Canvas2D';
  /** Lets go of the GPU. Tracks end by themselves; the model stays the caller's. */
  dispose(): void;
}

/**
 * Makes a background blur for video tracks.
 * @throws FiligreeError `bad-input` for options that make no sense
 * @example
 * const blur = createBackgroundBlur({ model });
 * video.srcObject = new MediaStream([blur.process(camera)]);
 */
export function createBackgroundBlur(options: BackgroundOptions): BackgroundBlur {
  const masks = new MaskFilter();
  const gpu = makeGpu(options.compositor ?? 'auto');
  let canvas: CanvasCompositor | undefined;
  let look = lookOf(options);
  const current = (): Compositor => {
    if (gpu?.isUsable) return gpu;
    canvas ??= new CanvasCompositor();
    return canvas;
  };
  const draw = (context: CanvasContext, frame: Frame, outputs: Tensor[]) => {
    const mask = masks.update(outputs[0]);
    context.drawImage(current().draw(frame, mask, look), 0, 0);
  };
  return {
    draw,
    process: (track, rest = {}) =>
      processTrack(track, options.model, { ...rest, input: kInput, draw }),
    set(changed) {
      look = lookOf(changed);
    },
    get compositor() {
      return current().name;
    },
    dispose: () => gpu?.dispose(),
  };
}

function makeGpu(wish: 'auto' | 'webgl' | 'canvas'): WebglCompositor | undefined {
  if (wish === 'auto' || wish === 'webgl') return WebglCompositor.make(wish === 'auto');
  if (wish === 'canvas') return undefined;
  throw new FiligreeError(
    'bad-input',
    `option compositor: expected 'auto', 'webgl' or 'canvas', got ${JSON.stringify(wish)}`,
  );
}

function lookOf({ blur = kDefaultBlur, image, color, edge = 'refined' }: BackgroundLook): Look {
  if (!(Number.isFinite(blur) && blur >= 0)) {
    throw new FiligreeError('bad-input', `option blur: expected pixels ≥ 0, got ${blur}`);
  }
  if (edge !== 'refined' && edge !== 'soft') {
    const got = JSON.stringify(edge);
    throw new FiligreeError('bad-input', `option edge: expected 'refined' or 'soft', got ${got}`);
  }
  const isColor = color?.length === 3 && color.every((part) => part >= 0 && part <= 1);
  if (color && !isColor) {
    const got = JSON.stringify(color);
    throw new FiligreeError('bad-input', `option color: expected 3 numbers 0 to 1, got ${got}`);
  }
  const background: Background = image
    ? { kind: 'image', image }
    : color
      ? { kind: 'color', color: [...color] }
      : { kind: 'blur', radius: blur };
  return { background, edge };
}
