// Loading as a page sees it: progress, signals, shared downloads, digests, and pages of HTML where
// files should be. With the engine in a worker and in the window.

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { LoadProgress } from 'filigree';
import { expect, LoadingSite, modelBytes, siteFile, test } from './loading_site.js';

const digestOf = (bytes: Uint8Array) =>
  `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

for (const worker of [true, false]) {
  const where = worker ? 'engine in a worker' : 'engine in the window';

  test(`${where}: progress tells one story, with true sizes`, async ({ page, site }) => {
    await page.goto(site.url);
    const story = await page.evaluate(async (worker) => {
      const { loadModel } = await import('/dist/index.js' as string);
      const story: LoadProgress[] = [];
      const onProgress = (progress: LoadProgress) => void story.push(progress);
      (await loadModel('/model', { worker, threads: 2, onProgress })).dispose();
      return story;
    }, worker);
    const wasm = site.requests.find((path) => path.endsWith('.wasm')) ?? '';
    const total = modelBytes.length + Number(siteFile(wasm)?.bytes.length);
    const fetched = story.filter(({ phase }) => phase === 'fetch');
    for (const [i, progress] of fetched.entries()) {
      expect([undefined, total]).toContain(progress.total);
      expect(progress.loaded).toBeGreaterThan(fetched[i - 1]?.loaded ?? 0);
    }
    expect(story.slice(fetched.length - 1)).toEqual([
      { phase: 'fetch', loaded: total, total },
      { phase: 'compile', loaded: 0, total: 1 },
      { phase: 'compile', loaded: 1, total: 1 },
      { phase: 'plan', loaded: 0, total: 1 },
      { phase: 'plan', loaded: 1, total: 1 },
    ]);
  });

  for (const phase of ['fetch', 'compile', 'plan']) {
    test(`${where}: a signal during ${phase} ends everything`, async ({ page, site }) => {
      if (phase === 'fetch') {
        site.answers.set('/model', (_, response) => {
          response.writeHead(200, { 'content-length': modelBytes.length });
          response.write(modelBytes.subarray(0, 50_000));
        });
      }
      await page.goto(site.url);
      const report = await page.evaluate(
        async ([phase, worker]) => {
          const { loadModel } = await import('/dist/index.js' as string);
          if (phase === 'compile') WebAssembly.compileStreaming = () => new Promise(() => {});
          const workers = { started: 0, ended: 0 };
          globalThis.Worker = class extends Worker {
            constructor(script: string | URL, options?: WorkerOptions) {
              super(script, options);
              ++workers.started;
            }
            override terminate() {
              super.terminate();
              ++workers.ended;
            }
          };
          Object.assign(globalThis, { workers });
          const controller = new AbortController();
          const seen: string[] = [];
          const onProgress = (progress: LoadProgress) => {
            seen.push(progress.phase);
            // Not in the callback itself: in the midst of the work.
            if (progress.phase === phase) queueMicrotask(() => controller.abort('enough'));
          };
          const options = { worker, threads: 2, onProgress, signal: controller.signal };
          return loadModel('/model', options).then(
            () => 'loaded',
            (error: { code: string; cause: unknown }) => [error.code, error.cause, seen.pop()],
          );
        },
        [phase, worker] as const,
      );
      expect(report).toEqual(['aborted', 'enough', phase]);
      if (phase === 'fetch') await expect.poll(() => site.brokenOff).toEqual(['/model']);
      // The engine's worker, or, on the page's own thread, that of the second thread: there nothing
      // can stop what has begun, but it must end.
      const count = phase === 'plan' ? 1 : 0;
      const workers = () =>
        page.evaluate(() => (globalThis as unknown as { workers: object }).workers);
      await expect.poll(workers).toEqual({ started: count, ended: count });
      await expect.poll(() => page.workers().length).toBe(0);
    });
  }

  test(`${where}: what onProgress throws comes back, and ends the worker`, async ({
    page,
    site,
  }) => {
    await page.goto(site.url);
    const report = await page.evaluate(async (worker) => {
      const { loadModel } = await import('/dist/index.js' as string);
      const thrown = new Error('no bar to draw on');
      const reports: boolean[] = [];
      for (const phase of ['fetch', 'compile', 'plan']) {
        for (const end of [0, 1]) {
          const onProgress = (progress: LoadProgress) => {
            if (progress.phase === phase && progress.loaded >= end) throw thrown;
          };
          const options = { worker, threads: 2, onProgress };
          const error = await loadModel('/model', options).catch((error: unknown) => error);
          reports.push(error === thrown);
        }
      }
      return reports;
    }, worker);
    expect(report).toEqual(Array(6).fill(true));
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test(`${where}: loads at the same time share what they fetch`, async ({ page, site }) => {
    await page.goto(site.url);
    const same = await page.evaluate(async (worker) => {
      const { loadModel } = await import('/dist/index.js' as string);
      const leaving = new AbortController();
      const options = { worker, threads: 1 };
      const loading = [1, 2, 3].map(() => loadModel('/model', options));
      const left = loadModel('/model', { ...options, signal: leaving.signal });
      leaving.abort();
      const code = await left.catch((error: { code: string }) => error.code);
      const models = await Promise.all(loading);
      const outputs = await Promise.all(
        models.map((it) => it.run(new Float32Array(128 * 128 * 3))),
      );
      for (const model of models) model.dispose();
      const texts = outputs.map((tensors) =>
        tensors.map(({ data }: { data: unknown }) => `${data}`),
      );
      return [code, texts.every((text) => `${text}` === `${texts[0]}`)];
    }, worker);
    expect(same).toEqual(['aborted', true]);
    expect(site.countOf('/model')).toBe(1);
    expect(site.countOf('.wasm')).toBe(1);
  });

  test(`${where}: integrity`, async ({ page, site }) => {
    await page.goto(site.url);
    const right = digestOf(modelBytes);
    const wrong = digestOf(new Uint8Array(3));
    const load = (integrity: string) =>
      page.evaluate(
        async ([worker, integrity]) => {
          const { loadModel } = await import('/dist/index.js' as string);
          return loadModel('/model', { worker, integrity, threads: 1 }).then(
            (model: { dispose(): void }) => model.dispose() ?? 'loaded',
            ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
          );
        },
        [worker, integrity] as const,
      );
    expect(await load(right)).toBe('loaded');
    const refusal = await load(wrong);
    expect(refusal).toContain('fetch-failed: /model: ');
    expect(refusal).toContain(`expected integrity ${wrong}, got ${right}`);
  });

  for (const type of ['text/html', 'application/wasm']) {
    test(`${where}: a page as ${type} where files should be`, async ({ page, site }) => {
      const answer = Buffer.from('<!DOCTYPE html><title>App</title>');
      for (const path of ['/model', '/dist/filigree-simd.wasm']) {
        site.answers.set(path, (_, response) => {
          response.writeHead(200, { 'content-type': type }).end(answer);
        });
      }
      await page.goto(site.url);
      const load = (path: string, variant: string) =>
        page.evaluate(
          async ([worker, path, variant]) => {
            const { loadModel } = await import('/dist/index.js' as string);
            return loadModel(path, { worker, variant, threads: 1 }).catch(
              ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
            );
          },
          [worker, path, variant] as const,
        );
      expect(await load('/model', 'relaxed')).toMatch(
        /^not-a-model: \/model: is an HTML page instead of a model.*Check the path/,
      );
      site.answers.delete('/model');
      expect(await load('/model', 'simd')).toMatch(
        /^fetch-failed: http.*\/dist\/filigree-simd\.wasm: is an HTML page instead of the engine.*baseUrl/,
      );
    });
  }
}

test('the length of compressed bytes from another origin is not believed', async ({
  page,
  site,
}) => {
  // Another origin's Content-Encoding is hidden from the page; its Content-Length is not.
  const other = new LoadingSite();
  await other.open();
  const packed = gzipSync(modelBytes);
  other.answers.set('/model', (_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
    response.end(packed);
  });
  await page.goto(site.url);
  const story = await page.evaluate(async (url) => {
    const { loadModel } = await import('/dist/index.js' as string);
    const story: LoadProgress[] = [];
    const onProgress = (progress: LoadProgress) => void story.push(progress);
    (await loadModel(url, { threads: 1, onProgress })).dispose();
    return story;
  }, `${other.url}model`);
  await other.close();
  for (const { loaded, total } of story) expect(loaded).toBeLessThanOrEqual(total ?? Infinity);
  expect(story.pop()).toEqual({ phase: 'plan', loaded: 1, total: 1 });
});
