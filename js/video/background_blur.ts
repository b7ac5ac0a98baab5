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

/** Who is before the background, what the background is, and how it is drawn. */
export interface BackgroundOptions {
  /**
   * A segmentation model, such as MediaPipe's selfie_segmentation: one picture in, the shares of
   * person out. Or a function that loads one, see {@link processTrack}.
   */
  model: Model | (() => Promise<Model>);
  /** Radius of the blur in pixels of the frame, at least 0. Default 16. */
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

/** What may be changed while a track runs. What is left out goes back to its default. */
export type BackgroundLook = Pick<BackgroundOptions, 'blur' | 'image' | 'color' | 'edge'>;

const kDefaultBlur = 16;

/** MediaPipe's segmentation models take shares of full brightness. */
const kInput = { mean: 0, std: 255 };

/** What {@link createBackgroundBlur} makes. */
export interface BackgroundBlur {
  /**
   * A track with the new background, see {@link processTrack}.
   * @param track of a camera, for instance; it stays the caller's
   * @param options rate, signal and who is told what
   * @returns the track to show or to send
   * @throws a {@link FiligreeError}: `bad-input` when it is no video track
   */
  process(
    track: MediaStreamTrack,
    options?: Omit<TrackOptions, 'draw' | 'input'>,
  ): MediaStreamTrack;
  /**
   * Draws one frame, for callers with a loop of their own.
   * @param context of a canvas of the frame's size
   * @param frame the picture that the model has seen
   * @param outputs the model's; the first one is the mask: float32 of [1, height, width, 1] (shares of
   * person, 0 to 1) or [1, height, width, 2] (logits of background and person)
   * @throws a {@link FiligreeError}: `bad-input` when the first output is no mask
   */
  draw(context: CanvasContext, frame: Frame, outputs: Tensor[]): void;
  /**
   * Changes what is behind the person from the next frame on.
   * @param look all of it: what is left out goes back to its default
   * @throws a {@link FiligreeError}: `bad-input` for a look that makes no sense
   */
  set(look: BackgroundLook): void;
  /** What draws at the moment. */
  readonly compositor: 'WebGL2' | 'Canvas2D';
  /** Lets go of the GPU. Tracks end by themselves; the model stays the caller's. */
  dispose(): void;
}

/**
 * Makes a background blur for video tracks.
 * @param options the model; all else has defaults
 * @throws a {@link FiligreeError}: `bad-input` for options that make no sense
 * @example
 * ```ts
 * const blur = createBackgroundBlur({ model });
 * video.srcObject = new MediaStream([blur.process(camera)]);
 * ```
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
