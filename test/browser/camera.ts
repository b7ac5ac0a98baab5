// Cameras that are the same in every browser.

import type { Page } from '@playwright/test';

/**
 * Replaces the camera of all pages that are opened from now on.
 * @param open runs in the page, and can use nothing from here but its argument
 */
export async function replaceCamera<T>(
  page: Page,
  open: (argument: T) => Promise<MediaStream>,
  argument?: T,
): Promise<void> {
  // Only secure pages have cameras, about:blank has none. The prototype, since WebKit may forget what
  // was done to the object.
  await page.addInitScript(`
    if ('MediaDevices' in globalThis) {
      MediaDevices.prototype.getUserMedia = () => (${open})(${JSON.stringify(argument)});
    }`);
}

/** A camera that shows a colour that changes. */
export function fakeCamera(page: Page): Promise<void> {
  return replaceCamera(page, async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    setInterval(() => {
      context.fillStyle = `hsl(${performance.now() / 20} 80% 50%)`;
      context.fillRect(0, 0, 320, 240);
    }, 33);
    return canvas.captureStream(30);
  });
}

export interface PhotographedScene {
  url: string;
  width: number;
  height: number;
  /** How its pixels are made more or fewer, if need be. */
  smooth?: boolean;
  /** Pixels to the left and to the right. */
  shake: number;
}

/** A camera that stands before a photograph. */
export function photographCamera(page: Page, scene: PhotographedScene): Promise<void> {
  return replaceCamera(
    page,
    async ({ url, width, height, shake, smooth = true }) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.imageSmoothingEnabled = smooth;
      const photograph = new Image();
      photograph.src = url;
      await photograph.decode();
      setInterval(() => {
        const x = shake * Math.sin(performance.now() / 300);
        context.drawImage(photograph, x, 0, width, height);
      }, 33);
      return canvas.captureStream(30);
    },
    scene,
  );
}

/** @param name of the DOMException that getUserMedia fails with */
export function failingCamera(page: Page, name: string): Promise<void> {
  return replaceCamera(
    page,
    (errorName) => Promise.reject(new DOMException('no camera for you', errorName)),
    name,
  );
}
