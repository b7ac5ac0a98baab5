// The compositor without a GPU. It blurs by scaling down and up again, which every browser can, and
// fast.

import { type Canvas, type CanvasContext, makeCanvas, resizeCanvas } from '../canvas.js';
import { type Compositor, type Look, partBehind } from './compositor.js';
import type { Frame } from './frames.js';
import type { Mask } from './mask.js';

function makeContext(): CanvasContext {
  return makeCanvas(1, 1).getContext('2d') as CanvasContext;
}

export class CanvasCompositor implements Compositor {
  readonly name = 'Canvas2D';
  readonly isUsable = true;
  readonly #output = makeContext();
  readonly #person = makeContext();
  readonly #mask = makeContext();
  readonly #smaller = [makeContext(), makeContext()];
  #alpha: ImageData | undefined;

  draw(frame: Frame, mask: Mask, look: Look): Canvas {
    const { width, height, image } = frame;
    this.#writeMask(mask);
    resizeCanvas(this.#person.canvas, width, height);
    const person = this.#person;
    person.globalCompositeOperation = 'copy';
    person.imageSmoothingQuality = 'high';
    // Once: turning a frame of video into colours is most of the work.
    person.drawImage(image, 0, 0, width, height);
    resizeCanvas(this.#output.canvas, width, height);
    this.#drawBackground(frame, look);
    // The mask after the frame: WebKit draws frames of video over what is there, whatever the operation.
    person.globalCompositeOperation = 'destination-in';
    person.drawImage(this.#mask.canvas, 0, 0, width, height);
    this.#output.drawImage(person.canvas, 0, 0);
    return this.#output.canvas;
  }

  dispose(): void {}

  #writeMask({ width, height, data }: Mask): void {
    resizeCanvas(this.#mask.canvas, width, height);
    if (this.#alpha?.width !== width || this.#alpha.height !== height) {
      this.#alpha = new ImageData(width, height);
    }
    const rgba = this.#alpha.data;
    for (let i = 0; i < data.length; ++i) rgba[4 * i + 3] = data[i];
    this.#mask.putImageData(this.#alpha, 0, 0);
  }

  #drawBackground(frame: Frame, { background }: Look): void {
    const { width, height } = frame;
    const output = this.#output;
    if (background.kind === 'color') {
      const parts = background.color.map((part) => Math.round(255 * part));
      output.fillStyle = `rgb(${parts.join(' ')})`;
      output.fillRect(0, 0, width, height);
      return;
    }
    if (background.kind === 'image') {
      const [part] = partBehind(background.image, frame);
      const { x, y } = part;
      output.drawImage(background.image, x, y, part.width, part.height, 0, 0, width, height);
      return;
    }
    // A pixel of the small picture is spread over its neighbours when it is drawn large again.
    const scale = Math.max(1, background.radius);
    const reduced = (extent: number) => Math.max(1, Math.round(extent / scale));
    output.imageSmoothingQuality = 'high';
    output.drawImage(this.#shrink(reduced(width), reduced(height)), 0, 0, width, height);
  }

  /** The frame made small, by halves: some browsers leave pixels out where they scale by more. */
  #shrink(width: number, height: number): Canvas {
    let { canvas } = this.#person;
    for (let i = 0; canvas.width > width || canvas.height > height; ++i) {
      const context = this.#smaller[i % 2];
      resizeCanvas(
        context.canvas,
        Math.max(width, Math.ceil(canvas.width / 2)),
        Math.max(height, Math.ceil(canvas.height / 2)),
      );
      context.drawImage(canvas, 0, 0, context.canvas.width, context.canvas.height);
      canvas = context.canvas;
    }
    return canvas;
  }
}
