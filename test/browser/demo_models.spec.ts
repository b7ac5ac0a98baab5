// The background blur page offers sparsified models where the server has some.

import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kDefaultMounts, serve } from '../../scripts/serve.mjs';
import { buildFolder, modelFolder, rootFolder } from '../../scripts/setup/paths.mjs';
import { expect, test } from './fixtures.js';

const kFolder = join(buildFolder, 'browser', 'sparse-models');
/** Copies of a dense one: their names are what counts here. */
const kSparse = [
  'selfie_segmentation_landscape_sparse80',
  'selfie_segmentation_sparse_by_hand',
  'pose_detection_sparse90',
];
const kDense = ['selfie_segmentation_landscape', 'selfie_segmentation'];

let site: Awaited<ReturnType<typeof serve>>;

test.beforeAll(async () => {
  rmSync(kFolder, { recursive: true, force: true });
  mkdirSync(kFolder, { recursive: true });
  for (const name of kDense) {
    cpSync(join(modelFolder, `${name}.tflite`), join(kFolder, `${name}.tflite`));
  }
  for (const name of kSparse) {
    cpSync(join(modelFolder, `${kDense[0]}.tflite`), join(kFolder, `${name}.tflite`));
  }
  site = await serve({
    root: join(rootFolder, 'web', 'demo'),
    mounts: { ...kDefaultMounts, '/models/': kFolder },
  });
});

test.afterAll(() => site.close());

test('sparsified siblings are offered below their models, and run', async ({ page, pageLog }) => {
  await page.goto(`${site.url}blur.html`);
  const chooser = page.getByLabel('Model');
  await expect(chooser.locator('option')).toHaveText([
    'Meet, 256 × 144',
    'Meet, 256 × 144, 80 % sparse',
    'selfie, 256 × 256',
    'selfie, 256 × 256, sparse by hand',
  ]);
  await expect(page.getByRole('status')).toContainText('frames per second');
  const loaded = page.waitForResponse(/selfie_segmentation_landscape_sparse80\.tflite$/);
  await chooser.selectOption('Meet, 256 × 144, 80 % sparse');
  expect((await loaded).status()).toBe(200);
  await expect(page.getByRole('status')).toContainText('frames per second');
  expect(pageLog.filter((line) => !line.includes('GL Driver'))).toEqual([]);
});

test('without any the chooser is as ever, and nothing is missed', async ({
  page,
  pageLog,
  sites,
}) => {
  const listed = page.waitForResponse(/models\/index\.json$/);
  await page.goto(`${sites.demo}blur.html`);
  expect(await (await listed).json()).toContain('selfie_segmentation.tflite');
  await expect(page.getByRole('status')).toContainText('frames per second');
  await expect(page.getByLabel('Model').locator('option')).toHaveText([
    'Meet, 256 × 144',
    'selfie, 256 × 256',
  ]);
  expect(pageLog.filter((line) => !line.includes('GL Driver'))).toEqual([]);
});
