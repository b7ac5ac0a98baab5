// The bench page: a model of the list and a file of one's own, measured, shown and copied.

import { join } from 'node:path';
import { modelFolder, rootFolder } from '../../scripts/setup/paths.mjs';
import { expect, fileBytes, test } from './fixtures.js';

test('measures a model of the list, layer by layer, and copies the numbers', async ({
  page,
  pageLog,
  sites,
}) => {
  // A page's clipboard needs a permission that browsers name differently.
  await page.addInitScript(() => {
    const writeText = async (text: string) => void Object.assign(globalThis, { copied: text });
    Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
  });
  await page.goto(`${sites.demo}bench.html`);
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByRole('status')).toContainText('dense kernels alone');
  await page.getByRole('button', { name: 'Copy the JSON' }).click();
  await expect(page.getByRole('status')).toHaveText('Copied.');
  const copied = await page.evaluate(() => (globalThis as unknown as { copied: string }).copied);
  const [sparse, dense] = JSON.parse(copied);
  expect([sparse.sparse, dense.sparse]).toEqual(['auto', 'never']);
  expect(sparse.ms).toBeGreaterThan(0);
  expect(sparse.macs.nonzero).toBeLessThan(0.6 * sparse.macs.dense);
  expect(sparse.layers.some(({ kernel }: { kernel: string }) => kernel.includes('spmm'))).toBe(
    true,
  );
  expect(dense.layers.some(({ kernel }: { kernel: string }) => kernel.includes('spmm'))).toBe(
    false,
  );
  await expect(page.locator('#layers tr')).toHaveCount(sparse.layers.length);
  expect(pageLog).toEqual([]);
});

test('measures a file, and says what is wrong with one', async ({ page, sites }) => {
  await page.goto(`${sites.demo}bench.html`);
  await page.locator('#file').setInputFiles(fileBytes(join(modelFolder, 'hand_recrop.tflite')));
  await expect(page.getByRole('status')).toContainText('hand_recrop.tflite: ');
  await expect(page.getByRole('status')).toContainText('dense kernels alone');
  await page.locator('#file').setInputFiles(fileBytes(join(rootFolder, 'package.json')));
  await expect(page.locator('#status.error')).toContainText('not-a-model');
  await expect(page.locator('#results')).toBeHidden();
});
