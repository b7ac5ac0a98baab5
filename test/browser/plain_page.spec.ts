// A plain page, under a Content-Security-Policy that allows nothing but the page's own files and
// WebAssembly: it works, and nothing is asked for that the page did not name.

import { pageFolder } from '../../scripts/build/pages.mjs';
import { serve } from '../../scripts/serve.mjs';
import { expect, test } from './fixtures.js';

const kPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; " +
  "worker-src 'self'; img-src data:";

for (const isolated of [true, false]) {
  const name = isolated ? 'isolated' : 'not isolated';
  test(`a plain page, ${name}: no eval, no blob, no other request`, async ({
    engine,
    page,
    pageLog,
  }) => {
    const site = await serve({
      root: pageFolder,
      isolated,
      headers: { 'Content-Security-Policy': kPolicy },
    });
    const requests: string[] = [];
    page.context().on('request', (request) => requests.push(request.url()));
    await page.goto(`${site.url}plain.html`);
    await expect(page.locator('body')).toContainText('threads');
    const text = await page.locator('body').textContent();
    await site.close();

    const [build, threads] = String(text).split(', ');
    expect(text).toContain('finite');
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    const expectedThreads = isolated && engine.threads ? Math.min(4, cores) : 1;
    const kind = engine.relaxedSimd ? 'relaxed' : 'simd';
    expect(threads).toBe(`${expectedThreads} threads`);
    expect(build).toBe(expectedThreads > 1 ? `${kind}-threads` : kind);

    const expected = [
      'plain.html',
      'plain.js',
      'dist/index.js',
      'dist/worker.js',
      `dist/filigree-${build}.js`,
      `dist/filigree-${build}.wasm`,
      'models/face_detection_short_range.tflite',
    ];
    const asked = new Set(requests.filter((url) => !url.startsWith('data:')));
    expect([...asked].sort()).toEqual(expected.map((path) => site.url + path).sort());
    expect(pageLog).toEqual([]);
  });
}
