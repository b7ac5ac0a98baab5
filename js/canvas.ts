// Canvases to draw on that nobody sees.

export type Canvas = OffscreenCanvas | HTMLCanvasElement;
/** What one draws with: the 2D context of a canvas in a page, or of one that nobody sees. */
export type CanvasContext = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** Where the web has no OffscreenCanvas it has documents. */
export function makeCanvas(width: number, height: number): Canvas {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** Setting a size clears a canvas and lets its memory go, even where it is the same one. */
export function resizeCanvas(canvas: Canvas, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
