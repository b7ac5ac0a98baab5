// The faces page with its three sources: both detectors look at each picture, and their boxes,
// times and the ratio of these are shown.

import type { Page } from '@playwright/test';
import { failingCamera, photographCamera } from './camera.js';
import { expect, photoBytes, test } from './fixtures.js';

async function openFaces(page: Page, demo: string, source?: string): Promise<void> {
  await page.goto(`${demo}index.html`);
  await expect(page.getByRole('status')).toHaveText('Pick a photograph.');
  if (source) await page.getByLabel('Look at').selectOption(source);
}

/** How many pixels of the picture have the colour of a detector's boxes, and a sum of all pixels. */
function lookAtPicture(page: Page): Promise<{ sparse: number; dense: number; sum: number }> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas') as HTMLCanvasElement;
    const style = getComputedStyle(canvas);
    const { width, height } = canvas;
    // Not from the page's own canvas, which is not meant to be read.
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const count = (color: string) => {
      const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (parts.every((part, c) => Math.abs(part - data[i + c]) <= 2)) ++found;
      }
      return found;
    };
    return {
      sparse: count(style.getPropertyValue('--sparse').trim()),
      dense: count(style.getPropertyValue('--dense').trim()),
      sum: data.reduce((sum, byte) => sum + byte, 0),
    };
  });
}

/**
 * Whether the comparison is there as soon as a sentence is: coming later it would move the page below a
 * pointer.
 */
function comparisonShownWith(page: Page, sentence: string): Promise<boolean> {
  return page.evaluate((sentence) => {
    const status = document.querySelector('[role=status]') as HTMLElement;
    const comparison = document.querySelector('#comparison') as HTMLElement;
    return new Promise((resolve) => {
      new MutationObserver(() => {
        if (status.textContent?.includes(sentence)) resolve(!comparison.hidden);
      }).observe(status, { childList: true });
    });
  }, sentence);
}

async function expectComparison(page: Page): Promise<void> {
  const number = async (id: string) => Number(await page.locator(`#${id}`).textContent());
  // The three are changed together, but read one by one.
  await expect(async () => {
    const [sparse, dense] = [await number('sparse-ms'), await number('dense-ms')];
    expect(sparse).toBeGreaterThan(0);
    expect(dense).toBeGreaterThan(0);
    // The times are shown with one decimal.
    const tolerance = (dense / sparse) * (0.05 / sparse + 0.05 / dense) + 0.01;
    expect(Math.abs((await number('ratio')) - dense / sparse)).toBeLessThanOrEqual(tolerance);
  }).toPass();
}

test('photograph: both detectors find the faces, and are compared', async ({
  page,
  pageLog,
  sites,
}) => {
  await openFaces(page, sites.demo);
  await expect(page.locator('#comparison')).toBeHidden();
  const shownWithSentence = comparisonShownWith(page, '5 faces');
  await page.getByAltText('Photograph sample5.jpg').click();
  await expect(page.getByRole('status')).toHaveText('5 faces in the photograph.');
  expect(await shownWithSentence).toBe(true);
  await expect(page.locator('#sparse-faces')).toHaveText('5');
  await expect(page.locator('#dense-faces')).toHaveText('5');
  await expectComparison(page);
  const { sparse, dense } = await lookAtPicture(page);
  expect(sparse).toBeGreaterThan(1000);
  expect(dense).toBeGreaterThan(1000);
  expect(pageLog).toEqual([]);
});

test('clip: faces frame after frame, of the photograph that is picked', async ({
  page,
  pageLog,
  sites,
}) => {
  await openFaces(page, sites.demo, 'clip');
  await expect(page.getByRole('status')).toHaveText(/^[345] faces in the clip\.$/);
  await expect(page.locator('#samples [aria-pressed=true] img')).toHaveAttribute(
    'src',
    'photos/sample5.jpg',
  );
  await expectComparison(page);
  const first = await lookAtPicture(page);
  // It depends on the moment which faces are in the clip, and how large.
  expect(first.sparse).toBeGreaterThan(100);
  expect(first.dense).toBeGreaterThan(100);
  await expect(async () => {
    expect((await lookAtPicture(page)).sum).not.toBe(first.sum);
  }).toPass();
  expect(await page.evaluate(() => document.querySelector('canvas')?.width)).toBe(640);
  // Another photograph, and other options, while it runs.
  await page.getByAltText('Photograph sample1.jpg').click();
  await expect(page.getByRole('status')).toHaveText(/^[123] faces? in the clip\.$/);
  await page.getByText('What runs, and why').click();
  await page.getByLabel('Threads').selectOption('1');
  await expect(page.locator('#build')).toContainText('1: asked for');
  await expect(page.getByRole('status')).toHaveText(/^[123] faces? in the clip\.$/);
  // And the photograph itself.
  await page.getByLabel('Look at').selectOption('photograph');
  await expect(page.getByRole('status')).toHaveText('3 faces in the photograph.');
  await expect(page.locator('#faces li')).toHaveCount(3);
  expect(pageLog).toEqual([]);
});

test('camera: faces before it, until a file is opened', async ({ page, pageLog, sites }) => {
  const scene = { url: 'photos/sample5.jpg', width: 360, height: 240, shake: 1 };
  await photographCamera(page, scene);
  await openFaces(page, sites.demo, 'camera');
  await expect(page.getByRole('status')).toHaveText('5 faces in front of the camera.');
  expect(await page.evaluate(() => document.querySelector('canvas')?.width)).toBe(360);
  await expect(page.locator('#samples')).toBeHidden();
  await expectComparison(page);
  await page.locator('#file').setInputFiles(await photoBytes('sample1.jpg'));
  await expect(page.getByRole('status')).toHaveText('3 faces in the photograph.');
  await expect(page.getByLabel('Look at')).toHaveValue('photograph');
  await expect(page.locator('#samples')).toBeVisible();
  expect(pageLog).toEqual([]);
});

for (const [name, sentence] of Object.entries({
  NotAllowedError: 'The camera was refused',
  NotFoundError: 'There is no camera here',
  NotReadableError: 'The camera is in use elsewhere',
})) {
  test(`a camera that fails with ${name} says what to do`, async ({ page, pageLog, sites }) => {
    await failingCamera(page, name);
    await openFaces(page, sites.demo, 'camera');
    await expect(page.locator('#status.error')).toContainText(sentence);
    await page.getByLabel('Look at').selectOption('clip');
    await expect(page.getByRole('status')).toContainText('faces in the clip');
    expect(pageLog).toEqual([]);
  });
}

test('a page that browsers lend no camera says where they do', async ({ page, sites }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
  });
  await openFaces(page, sites.demo, 'camera');
  await expect(page.locator('#status.error')).toContainText('https or localhost only');
});

test('by keyboard, on a narrow screen', { tag: '@needs-viewport' }, async ({ page, sites }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  await openFaces(page, sites.demo);
  await page.getByLabel('Look at').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('status')).toContainText('faces in the clip');
  await page.getByRole('button', { name: 'Photograph sample6.jpg' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#samples [aria-pressed=true] img')).toHaveAttribute(
    'src',
    'photos/sample6.jpg',
  );
  await expect(page.getByRole('status')).toContainText('faces in the clip');
});
