// createBackgroundBlur: a segmentation model, a steadied mask, and a compositor that puts the person
// before a blurred, coloured or pictured background.

import type { CanvasContext } from '../canvas.js';
import { FiligreeError } from '../errors.js';
import { drawableSize } from '../pictures.js';
import type { Tensor } from '../tensors.js';
import { BackgroundDrawer, type CompositorWish } from './background.js';
import { throwLater } from './callbacks.js';
import type { Look } from './compositor.js';
import type { Frame } from './frames.js';
import { MaskFilter } from './mask.js';
import type { EffectOrder, ToTrack } from './messages.js';
import type { TrackOptions } from './process_track.js';
import { type Effect, startTrack } from './start_track.js';
import type { Draw } from './track_loop.js';
import type { ModelOrLoad } from './track_model.js';

/** Who is before the background, what the background is, and how it is drawn. */
export interface BackgroundOptions {
  /**
   * A segmentation model, such as MediaPipe's selfie_segmentation: one picture in, the shares of
   * person out. Or a function that loads one, see {@link processTrack}.
   */
  model: ModelOrLoad;
  /** Radius of the blur in pixels of the frame, at least 0. Default 16. */
  blur?: number;
  /**
   * A picture behind the person instead of the blur; it fills the frame. It must be loaded, and a
   * canvas is not to be drawn on any more.
   */
  image?: ImageBitmap | HTMLImageElement | HTMLCanvasElement | OffscreenCanvas;
  /** A colour behind the person instead of the blur: red, green and blue from 0 to 1. */
  color?: readonly [number, number, number];
  /** Whether the outline follows the edges in the frame (`'refined'`, default) or is only soft. */
  edge?: 'refined' | 'soft';
  /**
   * `'auto'` (default): WebGL2 on a GPU, otherwise Canvas2D, which is several times as fast as a
   * WebGL2 without one; `'webgl'`: WebGL2 in any case, as far as there is one.
   */
  compositor?: CompositorWish;
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
   * @throws a {@link FiligreeError}: `bad-input` when it is no video track, or when `baseUrl` is no URL
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
  /** What draws at the moment; in a worker, what it last drew with. */
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
  const { model, compositor: wish = 'auto' } = options;
  if (!['auto', 'webgl', 'canvas'].includes(wish)) {
    const got = JSON.stringify(wish);
    const text = `option compositor: expected 'auto', 'webgl' or 'canvas', got ${got}`;
    throw new FiligreeError('bad-input', text);
  }
  const background = new Background(lookOf(options), wish);
  return {
    draw: (...frame) => background.drawer.draw(...frame),
    process: (track, rest = {}) => startTrack(track, model, { ...rest, input: kInput }, background),
    set: (changed) => background.set(lookOf(changed)),
    get compositor() {
      return background.compositor;
    },
    dispose: () => background.dispose(),
  };
}

/** The background of tracks here and in workers. */
class Background implements Effect {
  readonly #wish: CompositorWish;
  readonly #workers = new Set<(message: ToTrack) => void>();
  #look: Look;
  #drawer: BackgroundDrawer | undefined;
  #compositor: BackgroundBlur['compositor'] | undefined;
  /** Looks go to the workers one after the other. */
  #told: Promise<void> = Promise.resolve();

  constructor(look: Look, wish: CompositorWish) {
    this.#look = look;
    this.#wish = wish;
  }

  /** Made when it is first needed: mostly workers draw, and contexts of a GPU are few. */
  get drawer(): BackgroundDrawer {
    this.#drawer ??= new BackgroundDrawer(this.#look, this.#wish);
    return this.#drawer;
  }

  get compositor(): BackgroundBlur['compositor'] {
    return this.#compositor ?? this.drawer.compositor.name;
  }

  here(): Draw {
    const { drawer } = this;
    this.#compositor = undefined;
    // Each track has one, which knows the track's last mask.
    const masks = new MaskFilter();
    return (context, frame, outputs) => drawer.draw(context, frame, outputs, masks);
  }

  async there(): Promise<EffectOrder> {
    return { look: await postable(this.#look), compositor: this.#wish };
  }

  attach(tell: (message: ToTrack) => void): void {
    this.#workers.add(tell);
  }

  detach(tell: (message: ToTrack) => void): void {
    this.#workers.delete(tell);
  }

  onCompositor(name: BackgroundBlur['compositor']): void {
    this.#compositor = name;
  }

  set(look: Look): void {
    this.#look = look;
    if (this.#drawer) this.#drawer.look = look;
    if (this.#workers.size === 0) return;
    const taken = postable(look);
    this.#told = this.#told.then(async () => this.#tell(await taken)).catch(throwLater);
  }

  #tell(look: Look): void {
    for (const tell of this.#workers) tell({ look });
  }

  dispose(): void {
    this.#drawer?.dispose();
  }
}

/** The look as it can be sent to a worker: of pictures, bitmaps can. The caller may close its own. */
async function postable(look: Look): Promise<Look> {
  const { background } = look;
  if (background.kind !== 'image') return look;
  const image = await createImageBitmap(background.image);
  return { ...look, background: { kind: 'image', image } };
}

function lookOf({ blur = kDefaultBlur, image, color, edge = 'refined' }: BackgroundLook): Look {
  if (!(Number.isFinite(blur) && blur >= 0)) {
    throw new FiligreeError('bad-input', `option blur: expected pixels ≥ 0, got ${blur}`);
  }
  if (edge !== 'refined' && edge !== 'soft') {
    const got = JSON.stringify(edge);
    throw new FiligreeError('bad-input', `option edge: expected 'refined' or 'soft', got ${got}`);
  }
  if (image) drawableSize(image, 'option image');
  const isColor = color?.length === 3 && color.every((part) => part >= 0 && part <= 1);
  if (color && !isColor) {
    const got = JSON.stringify(color);
    throw new FiligreeError('bad-input', `option color: expected 3 numbers 0 to 1, got ${got}`);
  }
  const background: Look['background'] = image
    ? { kind: 'image', image }
    : color
      ? { kind: 'color', color: [...color] }
      : { kind: 'blur', radius: blur };
  return { background, edge };
}
