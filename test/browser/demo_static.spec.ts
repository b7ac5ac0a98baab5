// The demo as static files, in a sub-folder of a server that knows nothing of it: no headers, no
// other folders.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../../scripts/serve.mjs';
import { buildFolder, rootFolder } from '../../scripts/setup/paths.mjs';
import { expect, test } from './fixtures.js';

let site: Awaited<ReturnType<typeof serve>>;

test.beforeAll(async () => {
  execFileSync(process.execPath, [join(rootFolder, 'scripts', 'build_demo.mjs')], {
    stdio: 'pipe',
  });
  site = await serve({ root: buildFolder, mounts: {}, isolated: false });
});

test.afterAll(() => site.close());

test('the models that are there are listed for the page that chooses among them', async ({
  request,
}) => {
  const listed = await (await request.get(`${site.url}demo/models/index.json`)).json();
  const files = readdirSync(join(buildFolder, 'demo', 'models'));
  expect([...listed, 'index.json'].sort()).toEqual(files.sort());
  expect(listed).toContain('selfie_segmentation_landscape.tflite');
});

test('every page works from static files, on one thread', async ({ page, pageLog }) => {
  await page.goto(`${site.url}demo/blur.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  await expect(page.locator('#build')).toContainText('1: the page is not cross-origin isolated');
  await page.goto(`${site.url}demo/hands.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  await page.goto(`${site.url}demo/index.html`);
  await page.getByAltText('Photograph sample5.jpg').click();
  await expect(page.getByRole('status')).toContainText('5 faces in');
  await page.goto(`${site.url}demo/bench.html`);
  const values = await page
    .locator('[name=model] option')
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  for (const value of values) {
    await page.getByLabel('Model').selectOption(value);
    await page.getByRole('button', { name: 'Measure' }).click();
    await expect(page.getByRole('status')).toContainText(`${value}: `);
  }
  expect(pageLog.filter((line) => !line.includes('GL Driver'))).toEqual([]);
});
