// Pages that a test writes itself.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Page, TestInfo } from '@playwright/test';
import { expect } from './fixtures.js';

/**
 * A folder with a page of one module script. What `code`, the body of an async function with
 * `filigree` at hand, returns becomes the page's text; so does what it throws.
 * @param head HTML, a script that brings the global `filigree` for instance
 * @param imported the URL of a module that is `filigree`
 */
export function writePage(
  testInfo: TestInfo,
  { head = '', imported, code }: { head?: string; imported?: string; code: string },
): string {
  const root = testInfo.outputPath('site');
  mkdirSync(root, { recursive: true });
  writeFileSync(
    `${root}/index.html`,
    `<!doctype html><link rel="icon" href="data:,">${head}
     <body><script type="module" src="page.js"></script></body>`,
  );
  writeFileSync(
    `${root}/page.js`,
    `${imported ? `import * as filigree from '${imported}';` : ''}
     async function main() { ${code} }
     document.body.textContent = await main().catch((error) => {
       const kind = error instanceof filigree.FiligreeError ? 'FiligreeError' : 'another error';
       return kind + ' ' + error.code + ': ' + error.message;
     });`,
  );
  return root;
}

/** What the page says in the end. */
export async function finalText(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await expect(page.locator('body')).not.toHaveText('');
  return String(await page.locator('body').textContent());
}

/** Code for `writePage`: a model is loaded and run, and told of. */
export const runModel = (options: string) => `
  const file = '/models/face_detection_short_range.tflite';
  const model = await filigree.loadModel(file, ${options});
  const [{ shape }] = model.inputs;
  const [{ data }] = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
  const { variant, threads, worker } = await model.explain();
  model.dispose();
  const values = data.every(Number.isFinite) ? 'finite' : 'broken';
  return [variant, threads, worker, values].join(' ');`;

/**
 * The build and its threads where two threads are asked for, as explain() calls them: one without
 * isolation, and in a browser that has no shared memory even so.
 */
export async function twoThreads(page: Page, isolated: boolean): Promise<string> {
  const found = await page.evaluate(() => ({
    isIsolated: globalThis.crossOriginIsolated,
    hasSharedMemory: typeof SharedArrayBuffer !== 'undefined',
  }));
  expect(found.isIsolated).toBe(isolated);
  return found.isIsolated && found.hasSharedMemory ? 'simd-threads 2' : 'simd 1';
}
