// The demo pages with video: clip or camera in, frames per second and milliseconds out.

import type { Page } from '@playwright/test';
import { failingCamera, fakeCamera } from './camera.js';
import { expect, test } from './fixtures.js';

/**
 * Mean of green in the video's upper left corner, where nobody ever is in the clip, and how much
 * neighbouring pixels differ, both 0 to 255.
 */
function lookAtVideo(page: Page): Promise<{ mean: number; detail: number }> {
  return page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement;
    const { videoWidth: width, videoHeight: height } = video;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(video, 0, 0);
    const corner = context?.getImageData(0, 0, width * 0.4, height * 0.12);
    const data = corner?.data as Uint8ClampedArray;
    let sum = 0;
    let difference = 0;
    for (let i = 4; i < data.length; i += 4) {
      sum += data[i + 1];
      difference += Math.abs(data[i + 1] - data[i - 3]);
    }
    return { mean: (4 * sum) / data.length, detail: (4 * difference) / data.length };
  });
}

test('background blur: models, backgrounds, the table', async ({ page, pageLog, sites }) => {
  await page.goto(`${sites.demo}blur.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  await page.getByText('What runs, and why').click();
  await expect(page.locator('#layers tr').first()).toContainText('CONV_2D');
  await expect(page.locator('video')).toHaveJSProperty('videoWidth', 640);
  const blurred = await lookAtVideo(page);
  await page.getByLabel('Behind you').selectOption('none');
  await expect(async () => {
    expect((await lookAtVideo(page)).detail).toBeGreaterThan(1.3 * blurred.detail);
  }).toPass();
  await page.getByLabel('Behind you').selectOption('color');
  await expect(async () => {
    const { mean, detail } = await lookAtVideo(page);
    expect(Math.abs(mean - 0.35 * 255)).toBeLessThan(10);
    expect(detail).toBeLessThan(1);
  }).toPass();
  await page.getByLabel('Model').selectOption('selfie_segmentation');
  await page.getByLabel('Sparse kernels').selectOption('never');
  await expect(page.getByRole('status')).toContainText('frames per second');
  expect(pageLog.filter((line) => !line.includes('GL Driver'))).toEqual([]);
});

test('background blur: a refused camera says what to do', async ({ page, sites }) => {
  await failingCamera(page, 'NotAllowedError');
  await page.goto(`${sites.demo}blur.html`);
  await page.getByLabel('Video').selectOption('camera');
  await expect(page.locator('#status.error')).toContainText('The camera was refused');
  // And the clip works after it.
  await page.getByLabel('Video').selectOption('clip');
  await expect(page.getByRole('status')).toContainText('frames per second');
});

test('hands: finds those in the clip, in both sizes', async ({ page, pageLog, sites }) => {
  await page.goto(`${sites.demo}hands.html`);
  // The clip moves: hands come and go at its edges.
  await expect(page.getByRole('status')).toContainText(/[1-4] hands?; \d+ frames per second/);
  await page.getByLabel('Models').selectOption('full');
  await expect(page.getByRole('status')).toContainText(/[1-4] hands?; \d+ frames per second/);
  expect(pageLog).toEqual([]);
});

test('script tag: a camera gets another background', async ({ page, pageLog, sites }) => {
  await fakeCamera(page);
  await page.goto(`${sites.demo}script-tag.html`);
  await expect(page.getByRole('status')).toContainText('frames per second');
  await expect(page.locator('video')).toHaveJSProperty('videoWidth', 320);
  expect(pageLog.filter((line) => !line.includes('GL Driver'))).toEqual([]);
});
