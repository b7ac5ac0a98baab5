// The demo as static files, minified, in a sub-folder of a server that knows nothing of it: no
// headers, no other folders. Every page works, and none has anything to complain about.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { demoFolder } from '../../scripts/build/demo.mjs';
import { serve } from '../../scripts/serve.mjs';
import { fakeCamera } from './camera.js';
import { expect, test } from './fixtures.js';

/** What blur.html may load for its first frame, in bytes brotli: the package and its own files. */
const kBudget = 130_000;

let site: Awaited<ReturnType<typeof serve>>;
let demo: string;

test.beforeAll(async () => {
  site = await serve({ root: dirname(demoFolder), mounts: {}, isolated: false });
  demo = `${site.url}${basename(demoFolder)}/`;
});

test.afterAll(() => site.close());

test.afterEach(({ pageLog }) => {
  expect(pageLog.filter((line) => !line.includes('GL Driver'))).toEqual([]);
});

test('the models that are there are listed for the page that chooses among them', async () => {
  const listed = await (await fetch(`${demo}models/index.json`)).json();
  const files = readdirSync(join(demoFolder, 'models'));
  expect([...listed, 'index.json'].sort()).toEqual(files.sort());
  expect(listed).toContain('selfie_segmentation_landscape.tflite');
});

test('no script names a map, since none is there', () => {
  const scripts = readdirSync(join(demoFolder, 'dist')).filter((name) => name.endsWith('.js'));
  expect(scripts).toContain('index.js');
  const naming = scripts.filter((name) =>
    readFileSync(join(demoFolder, 'dist', name), 'utf8').includes('sourceMappingURL'),
  );
  expect(naming).toEqual([]);
});

test('blur.html, on one thread', async ({ page }) => {
  const scripts: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.includes('/dist/') && pathname.endsWith('.js')) scripts.push(basename(pathname));
  });
  await page.goto(`${demo}blur.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  // One script is enough until somebody asks for more.
  expect(scripts).toEqual(['blur.js']);
  await page.getByText('What runs, and why').click();
  await expect(page.locator('#build')).toContainText('1: the page is not cross-origin isolated');
  expect(scripts).toEqual(['blur.js', 'explanation_table.js']);
  // Every model is there.
  await page.getByLabel('Model').selectOption('selfie_segmentation');
  await expect(page.getByRole('status')).toContainText('frames per second');
});

test('blur.html loads little for its first frame, models and photographs apart', async ({
  page,
}) => {
  // Isolated, where the build with threads is loaded, which is the largest.
  const isolated = await serve({ root: demoFolder, mounts: {} });
  const loaded = new Set<string>();
  page.on('request', (request) => loaded.add(new URL(request.url()).pathname));
  await page.goto(`${isolated.url}blur.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  const bytes = [...loaded]
    .filter((path) => /\.(html|css|js|wasm)$/.test(path))
    .map((path) => brotliCompressSync(readFileSync(join(demoFolder, path))).length);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(kBudget);
  // Its page, style, script; the package's two scripts, and the engine with its glue and its worker.
  expect(bytes.length).toBeGreaterThanOrEqual(8);
  await page.goto('about:blank');
  await isolated.close();
});

test('hands.html, with both models', async ({ page }) => {
  await page.goto(`${demo}hands.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  await page.getByLabel('Models').selectOption('full');
  await expect(page.getByRole('status')).toContainText('frames per second');
});

test('index.html, which a folder means', async ({ page }) => {
  await page.goto(demo);
  await page.getByAltText('Photograph sample5.jpg').click();
  await expect(page.getByRole('status')).toContainText('5 faces in');
  await page.getByText('What runs, and why').click();
  await expect(page.locator('#layers tr').first()).toContainText('CONV_2D');
});

test('bench.html, with all its models', async ({ page }) => {
  await page.goto(`${demo}bench.html`);
  const values = await page
    .locator('[name=model] option')
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  for (const value of values) {
    await page.getByLabel('Model').selectOption(value);
    await page.getByRole('button', { name: 'Measure' }).click();
    await expect(page.getByRole('status')).toContainText(`${value}: `);
  }
});

test('script-tag.html', async ({ page }) => {
  await fakeCamera(page);
  await page.goto(`${demo}script-tag.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
});
