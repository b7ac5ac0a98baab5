// The demo page does what it says: samples, a file of one's own, options, the table.

import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { rootFolder } from '../../scripts/setup/paths.mjs';
import { expect, fileBytes, photoBytes, test } from './fixtures.js';

async function openDemo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole('status')).toHaveText('Pick a photograph.');
}

test('finds the faces in a sample and explains itself', async ({
  engine,
  page,
  pageLog,
  sites,
}) => {
  await openDemo(page, sites.demo);
  await page.getByAltText('Photograph sample5.jpg').click();
  await expect(page.getByRole('status')).toContainText('5 faces in');
  await expect(page.locator('#faces li')).toHaveCount(5);
  await expect(page.locator('#layers')).toHaveCount(0);
  await page.getByText('What runs, and why').click();
  await expect(page.locator('#build')).toContainText(
    engine.relaxedSimd ? 'relaxed SIMD is there' : 'relaxed SIMD is missing here',
  );
  await expect(page.locator('#layers tr').first()).toContainText('CONV_2D');
  expect(await page.locator('#layers').textContent()).toContain('spmm');
  expect(pageLog).toEqual([]);
});

test('takes a file, and options that change', async ({ page, pageLog, sites }) => {
  await openDemo(page, sites.demo);
  await page.locator('#file').setInputFiles(await photoBytes('sample1.jpg'));
  await expect(page.getByRole('status')).toContainText('3 faces in');
  await page.getByText('What runs, and why').click();
  await page.getByLabel('Sparse kernels').selectOption('never');
  await page.getByLabel('Build').selectOption('simd');
  await page.getByLabel('Threads').selectOption('1');
  await expect(page.locator('#build')).toContainText('simd: asked for');
  await expect(page.locator('#build')).toContainText('1: asked for');
  await expect(page.getByRole('status')).toContainText('3 faces in');
  expect(await page.locator('#layers').textContent()).not.toContain('spmm');
  expect(pageLog).toEqual([]);
});

test('says what is wrong with a file that is no picture', async ({ page, sites }) => {
  await openDemo(page, sites.demo);
  await page.locator('#file').setInputFiles(fileBytes(join(rootFolder, 'package.json')));
  await expect(page.locator('#status.error')).toContainText(/decode/i);
});
