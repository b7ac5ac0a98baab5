// The demo pages under axe: for people who use a keyboard or a screen reader, light and dark, on wide
// screens and narrow ones.

import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { rootFolder } from '../../scripts/setup/paths.mjs';
import { failingCamera } from './camera.js';
import { expect, fileBytes, test } from './fixtures.js';

/** A page, what its status says, and how it came there. */
interface State {
  page: string;
  status: string;
  reach?: (page: Page) => Promise<void>;
}

async function explain(page: Page): Promise<void> {
  await page.getByText('What runs, and why').click();
  await expect(page.locator('#layers tr').first()).toContainText('CONV_2D');
}

async function refuseCamera(page: Page): Promise<void> {
  await page.locator('[name=source]').selectOption('camera');
}

/** A file that is neither a photograph nor a model. */
async function openNonsense(page: Page): Promise<void> {
  await page.locator('#file').setInputFiles(fileBytes(join(rootFolder, 'package.json')));
}

const kStates: Record<string, State> = {
  blur: { page: 'blur.html', status: 'frames per second' },
  'blur, explained': { page: 'blur.html', status: 'frames per second', reach: explain },
  'blur without a camera': { page: 'blur.html', status: 'was refused', reach: refuseCamera },
  hands: { page: 'hands.html', status: 'frames per second' },
  'hands without a camera': { page: 'hands.html', status: 'was refused', reach: refuseCamera },
  faces: { page: 'index.html', status: 'Pick a photograph.' },
  'faces, explained': { page: 'index.html', status: 'Pick a photograph.', reach: explain },
  'faces in a photograph': {
    page: 'index.html',
    status: 'faces in the photograph',
    async reach(page) {
      await page.getByAltText('Photograph sample5.jpg').click();
      await expect(page.locator('#comparison')).toBeVisible();
    },
  },
  'faces in a clip': {
    page: 'index.html',
    status: 'faces in the clip',
    async reach(page) {
      await page.getByLabel('Look at').selectOption('clip');
    },
  },
  'faces without a camera': { page: 'index.html', status: 'was refused', reach: refuseCamera },
  'faces in no picture': { page: 'index.html', status: 'decode', reach: openNonsense },
  bench: { page: 'bench.html', status: 'Pick a model.' },
  'bench with results': {
    page: 'bench.html',
    status: 'dense kernels alone',
    async reach(page) {
      await page.getByRole('button', { name: 'Measure' }).click();
    },
  },
  'bench without a model': { page: 'bench.html', status: 'not-a-model', reach: openNonsense },
  'script tag': { page: 'script-tag.html', status: '' },
};

/** Wide enough for every table, and a telephone; by day, and by night. */
const kScreens = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 360 },
] as const;

async function expectAccessible(page: Page): Promise<void> {
  // Nothing sticks out of the screen; what is wider scrolls in itself.
  const width = await page.evaluate(() => document.scrollingElement?.scrollWidth);
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact ?? ''));
  const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(found).toEqual([]);
}

for (const [name, { page: file, status, reach }] of Object.entries(kStates)) {
  test(name, { tag: '@needs-viewport' }, async ({ page, sites }) => {
    await failingCamera(page, 'NotAllowedError');
    await page.goto(sites.demo + file);
    // What is done before a page is at work waits for it, but for what is not there yet.
    if (reach === explain) await expect(page.locator('#explanation')).toBeVisible();
    await reach?.(page);
    await expect(page.getByRole('status')).toContainText(new RegExp(status, 'i'));
    for (const { colorScheme, width } of kScreens) {
      await test.step(`${colorScheme}, ${width} pixels wide`, async () => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await expectAccessible(page);
      });
    }
  });
}
