// The option cache in a real browser: a visit without a network, a full disk, an insecure page.

import type { Page } from '@playwright/test';
import { kVersion } from '../../js/cache.js';
import { expect, modelBytes, siteFile, test } from './loading_site.js';

/** Loads the model and runs it. */
function load(page: Page, options: object): Promise<{ cache?: string; error?: string }> {
  return page.evaluate(async (options) => {
    const { loadModel } = await import('/dist/index.js' as string);
    try {
      const model = await loadModel('/model', options);
      const outputs = await model.run(new Float32Array(128 * 128 * 3));
      const { reasons } = await model.explain();
      model.dispose();
      return { cache: reasons.cache, outputs: outputs.length };
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return { error: `${code}: ${message}` };
    }
  }, options);
}

/** URLs in all of the page's caches, by the cache's name. */
function storedUrls(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const names = await caches.keys();
    const entries = names.map(async (name) => {
      const requests = await (await caches.open(name)).keys();
      return [name, requests.map(({ url }) => new URL(url).pathname).sort()];
    });
    return Object.fromEntries(await Promise.all(entries));
  });
}

for (const worker of [true, false]) {
  const where = worker ? 'engine in a worker' : 'engine in the window';
  for (const threads of [1, 2]) {
    test(`${where}, threads ${threads}: the second visit needs no network`, async ({
      page,
      site,
    }) => {
      const options = { worker, threads, cache: true };
      await page.goto(site.url);
      expect(await load(page, options)).toMatchObject({
        cache: 'model: fetched and stored; engine: fetched and stored',
        outputs: 2,
      });
      const before = site.requests.length;
      await page.goto('about:blank');
      const { url } = site;
      await site.close();
      // The page and its scripts come from the browser's own cache.
      await page.goto(url);
      expect(await load(page, options)).toMatchObject({
        cache: 'model: from the cache; engine: from the cache',
        outputs: 2,
      });
      expect(site.requests.length).toBe(before);
      // There really is no network.
      expect((await load(page, { worker, threads })).error).toContain('fetch-failed: /model');
    });
  }

  test(`${where}: pages and broken models are not stored`, async ({ page, site }) => {
    await page.goto(site.url);
    const bodies = ['<!doctype html><title>App</title>', modelBytes.subarray(0, 100_000)];
    for (const body of bodies) {
      site.answers.set('/model', (_, response) => void response.end(body));
      const { error } = await load(page, { worker, threads: 1, cache: true });
      expect(error).toMatch(/^(not-a-model|invalid-model): /);
    }
    const { [`filigree-${kVersion}`]: urls } = await storedUrls(page);
    expect(urls).toEqual([expect.stringMatching(/\.wasm$/)]);
  });
}

test('what other versions stored goes', async ({ page, site }) => {
  await page.goto(site.url);
  await page.evaluate(async () => {
    for (const name of ['filigree-0.0.1', "the site's own"]) {
      await (await caches.open(name)).put('/old', new Response('old'));
    }
  });
  await load(page, { cache: true });
  const names = Object.keys(await storedUrls(page));
  expect(names.sort()).toEqual([`filigree-${kVersion}`, "the site's own"].sort());
});

test('with a full disk the network serves', { tag: '@needs-quota' }, async ({ page, site }) => {
  await page.goto(site.url);
  const client = await page.context().newCDPSession(page);
  const origin = site.url.slice(0, -1);
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  const report = await load(page, { cache: true });
  expect(report.cache).toMatch(/^model: fetched, not stored: .+; engine: fetched, not stored: ./);
  expect(report).toMatchObject({ outputs: 2 });
});

for (const worker of [true, false]) {
  test(`on an insecure page the network serves, and integrity is refused, worker ${worker}`, {
    tag: '@needs-routing',
  }, async ({ page }) => {
    // A host that is not this machine's own: browsers trust those without https.
    await page.route('http://insecure.example/**', (route) => {
      const found = siteFile(new URL(route.request().url()).pathname);
      if (!found) return route.fulfill({ status: 404 });
      return route.fulfill({ body: Buffer.from(found.bytes), contentType: found.type });
    });
    await page.goto('http://insecure.example/');
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    const { cache } = await load(page, { worker, cache: true });
    expect(cache).toMatch(/model: fetched, not stored: .*secure context.*; engine: fetched, not/);
    const { error } = await load(page, { worker, integrity: 'sha256-AAAA' });
    expect(error).toMatch(/^unsupported-environment: .*integrity.*secure contexts.*https/);
  });
}
