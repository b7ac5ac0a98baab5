// The strictest Content-Security-Policy that a page with WebAssembly can have: no unsafe-eval, no
// blob:, and the engine runs with threads.

import { serve } from '../../scripts/serve.mjs';
import { expect, test } from './fixtures.js';
import { finalText, runModel, twoThreads, writePage } from './small_page.js';

const kPolicy = "script-src 'self' 'wasm-unsafe-eval'";

const kPages = {
  'a script tag': { head: '<script src="/dist/filigree.iife.js"></script>' },
  'an import': { imported: '/dist/index.js' },
};

for (const [way, source] of Object.entries(kPages)) {
  for (const worker of [true, false]) {
    test(`${way} under ${kPolicy}, worker: ${worker}`, async ({ page, pageLog }, testInfo) => {
      const code = runModel(`{ variant: 'simd', threads: 2, worker: ${worker} }`);
      const root = writePage(testInfo, { ...source, code });
      const site = await serve({ root, headers: { 'Content-Security-Policy': kPolicy } });
      const text = await finalText(page, site.url);
      await site.close();
      expect(text).toBe(`${await twoThreads(page, true)} ${worker} finite`);
      expect(pageLog).toEqual([]);
    });
  }
}

test('a policy without wasm-unsafe-eval is named as what is in the way', async ({
  page,
}, testInfo) => {
  const root = writePage(testInfo, { imported: '/dist/index.js', code: runModel('{}') });
  const headers = { 'Content-Security-Policy': "script-src 'self'" };
  const site = await serve({ root, headers });
  const text = await finalText(page, site.url);
  await site.close();
  expect(text).toContain('FiligreeError unsupported-environment');
  expect(text).toContain("'wasm-unsafe-eval'");
});
