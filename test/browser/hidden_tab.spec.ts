// A tab that is really hidden. Playwright's pages all count as visible, so this browser is started
// without it, in a window on a display, and its page tells the test by itself what it saw.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from '@playwright/test';
import { startCompanion } from '../../scripts/test/companion.mjs';
import { displayServer, startDisplay } from '../../scripts/test/display.mjs';
import { expect, test } from './fixtures.js';
import type { HiddenReport } from './pages/hidden_tab.js';

/** A server that takes one report. */
async function listenForReport() {
  const server = createServer();
  const report = new Promise<HiddenReport>((resolve) => {
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      response.end();
      resolve(JSON.parse(text));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://localhost:${port}/`, report, close: () => server.close() };
}

const kTag = { tag: '@needs-trackProcessor' };

test('blurred frames go out while the tab is hidden', kTag, async ({ engine, sites }, testInfo) => {
  test.skip(!displayServer() && !process.env.CI, 'its window needs Xvfb');
  const { executablePath = chromium.executablePath(), args = [] } = engine.launchOptions;
  const display = await startDisplay();
  const listener = await listenForReport();
  const page = `${sites.isolated}hidden_tab.html?report=${encodeURIComponent(listener.url)}`;
  const browser = startCompanion(
    executablePath,
    [
      ...args,
      // Containers run everything as root, which the sandbox refuses.
      '--no-sandbox',
      '--no-default-browser-check',
      `--user-data-dir=${testInfo.outputPath('profile')}`,
      // The page opens the other tab by itself; no person clicks.
      '--disable-popup-blocking',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      page,
    ],
    { DISPLAY: display.name },
  );
  try {
    const seen = await listener.report;
    expect(seen.error, browser.said()).toBeUndefined();
    expect(seen.visibility).toEqual(['visible', 'hidden']);
    expect(seen.animationFrames).toBe(0);
    expect(seen.frames).toBe(40);
    // The fake camera shows a clock. A frame may be sent with the last outputs, or look as the last.
    expect(seen.distinct).toBeGreaterThan(20);
    expect(seen.runs).toBeGreaterThan(20);
  } finally {
    await browser.stop();
    listener.close();
    await display.stop();
  }
});
