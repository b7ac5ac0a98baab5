// What the demos and the background blur draw looks as it did when a person looked at it.

import { photographCamera } from './camera.js';
import { expect, test } from './fixtures.js';
import { expectGolden } from './golden.js';
import type { StillLook } from './pages/stills.js';

const kLooks: StillLook[] = [
  { compositor: 'canvas', background: 'blur' },
  { compositor: 'canvas', background: 'color' },
  { compositor: 'canvas', background: 'image' },
  { compositor: 'webgl', background: 'blur' },
  { compositor: 'webgl', background: 'image' },
];

for (const look of kLooks) {
  const name = Object.values(look).join('_');
  const tag = ['@needs-golden', ...(look.compositor === 'webgl' ? ['@needs-webgl'] : [])];
  test(`a person before another background: ${name}`, { tag }, async ({ openHarness }) => {
    const harness = await openHarness();
    await harness.call('showStill', look);
    await expectGolden(harness.page.locator('#still'), `blur_${name}`);
  });
}

test('boxes around the faces of a photograph', { tag: '@needs-golden' }, async ({
  page,
  sites,
}) => {
  await page.goto(`${sites.demo}index.html`);
  await page.getByAltText('Photograph sample5.jpg').click();
  await expect(page.getByRole('status')).toContainText('5 faces in');
  await expectGolden(page.locator('#picture'), 'faces');
});

test('skeletons of hands', { tag: '@needs-golden' }, async ({ page, sites }) => {
  // A clip moves; this camera does not.
  const scene = { url: 'photos/sample4.jpg', width: 720, height: 480, shake: 0 };
  await photographCamera(page, scene);
  await page.goto(`${sites.demo}hands.html`);
  await page.getByLabel('Video').selectOption('camera');
  await expect(page.getByRole('status')).toContainText(/[1-9] hand/);
  await expectGolden(page.locator('#picture'), 'hands');
});
