// The demo pages under axe: for people who use a keyboard or a screen reader, light and dark, on wide
// screens and narrow ones.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.js';

/** What the status says once a page is at work. */
const kPages = {
  'blur.html': 'frames per second',
  'hands.html': 'frames per second',
  'index.html': 'Pick a photograph.',
  'bench.html': 'Pick a model.',
  'script-tag.html': '',
};

/** Wide enough for every table, and a telephone. */
const kWidths = { light: 1280, dark: 360 };

async function expectAccessible(page: Page): Promise<void> {
  // Nothing sticks out of the screen; what is wider scrolls in itself.
  const width = await page.evaluate(() => document.scrollingElement?.scrollWidth);
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact ?? ''));
  const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(found).toEqual([]);
}

for (const [name, status] of Object.entries(kPages)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${name} is accessible, ${colorScheme}`, { tag: '@needs-viewport' }, async ({
      page,
      sites,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: kWidths[colorScheme], height: 800 });
      await page.goto(sites.demo + name);
      await expect(page.getByRole('status')).toContainText(status);
      await expectAccessible(page);
    });
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`faces in a clip are accessible, ${colorScheme}`, { tag: '@needs-viewport' }, async ({
    page,
    sites,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: kWidths[colorScheme], height: 800 });
    await page.goto(`${sites.demo}index.html`);
    await page.getByLabel('Look at').selectOption('clip');
    await expect(page.getByRole('status')).toContainText('faces in the clip');
    await expectAccessible(page);
  });
}
