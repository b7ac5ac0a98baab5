// What the demos and the background blur draw looks as it did when a person looked at it.

import { blockPhotograph, smallPhotograph } from './blocks.js';
import { photographCamera } from './camera.js';
import { expect, test } from './fixtures.js';
import { expectGolden } from './golden.js';
import type { StillLook } from './pages/stills.js';

/** Parts of sample4.jpg. */
const kWomen = { left: 236, top: 0, width: 1448, height: 1448 };
const kHand = { left: 545, top: 640, width: 540, height: 360 };

const kLooks: StillLook[] = [
  { compositor: 'canvas', background: 'blur' },
  { compositor: 'canvas', background: 'color' },
  { compositor: 'canvas', background: 'image' },
  { compositor: 'webgl', background: 'blur' },
  { compositor: 'webgl', background: 'image' },
];

for (const look of kLooks) {
  const name = Object.values(look).join('_');
  const tag = look.compositor === 'webgl' ? '@needs-webgl' : [];
  test(`a person before another background: ${name}`, { tag }, async ({ openHarness }) => {
    const harness = await openHarness();
    const photograph = await smallPhotograph('sample4.jpg', 256, 256, kWomen);
    await harness.call('showStill', photograph, look);
    await expectGolden(harness.page.locator('#still'), `blur_${name}`);
  });
}

test('boxes around the faces of a photograph', async ({ page, sites }) => {
  await page.goto(`${sites.demo}index.html`);
  await expect(page.getByRole('status')).toHaveText('Pick a photograph.');
  await page.locator('#file').setInputFiles(await blockPhotograph('sample1.jpg', 192));
  await expect(page.getByRole('status')).toContainText('3 faces in');
  await expectGolden(page.locator('#picture'), 'faces');
});

test('skeletons of hands', async ({ page, sites }) => {
  // A clip moves; this camera does not.
  const url = await smallPhotograph('sample4.jpg', 192, 128, kHand);
  await photographCamera(page, { url, width: 384, height: 256, smooth: false, shake: 0 });
  await page.goto(`${sites.demo}hands.html`);
  await page.getByLabel('Video').selectOption('camera');
  await expect(page.getByRole('status')).toContainText(/[1-9] hand/);
  await expectGolden(page.locator('#picture'), 'hands');
});
