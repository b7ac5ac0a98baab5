// Draws people before another background, wherever a track is worked on.

import type { CanvasContext } from '../canvas.js';
import type { Tensor } from '../tensors.js';
import { CanvasCompositor } from './canvas_compositor.js';
import type { Compositor, Look } from './compositor.js';
import type { Frame } from './frames.js';
import { MaskFilter } from './mask.js';
import { WebglCompositor } from './webgl_compositor.js';

/**
 * Who draws: `'auto'`: WebGL2 on a GPU, otherwise Canvas2D, which is several times as fast as a WebGL2
 * without one; `'webgl'`: WebGL2 in any case, as far as there is one; `'canvas'`: Canvas2D.
 */
export type CompositorWish = 'auto' | 'webgl' | 'canvas';

export class BackgroundDrawer {
  look: Look;
  readonly #masks = new MaskFilter();
  readonly #gpu: WebglCompositor | undefined;
  #canvas: CanvasCompositor | undefined;

  constructor(look: Look, wish: CompositorWish) {
    this.look = look;
    this.#gpu = wish === 'canvas' ? undefined : WebglCompositor.make(wish === 'auto');
  }

  draw(context: CanvasContext, frame: Frame, outputs: Tensor[], masks = this.#masks): void {
    const mask = masks.update(outputs[0]);
    context.drawImage(this.compositor.draw(frame, mask, this.look), 0, 0);
  }

  /** What draws at the moment. */
  get compositor(): Compositor {
    if (this.#gpu?.isUsable) return this.#gpu;
    this.#canvas ??= new CanvasCompositor();
    return this.#canvas;
  }

  dispose(): void {
    this.#gpu?.dispose();
  }
}
