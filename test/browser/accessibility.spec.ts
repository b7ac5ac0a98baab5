// The demo pages under axe: for people who use a keyboard or a screen reader, light and dark.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.js';

/** What the status says once a page is at work. */
const kPages = {
  'blur.html': 'frames per second',
  'hands.html': 'frames per second',
  'index.html': 'Pick a photograph.',
  'bench.html': 'Pick a model.',
  'script-tag.html': '',
};

for (const [name, status] of Object.entries(kPages)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${name} is accessible, ${colorScheme}`, async ({ page, sites }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(sites.demo + name);
      await expect(page.getByRole('status')).toContainText(status);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) =>
        ['serious', 'critical'].includes(impact ?? ''),
      );
      const found = serious.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
      );
      expect(found).toEqual([]);
    });
  }
}
