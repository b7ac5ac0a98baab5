// How Firefox is started by the browser tests.

import { existsSync } from 'node:fs';
import { displayServer } from './display.mjs';

/** Debian's firefox-esr and firefox. */
const kDebianFirefox = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Debian's Firefox with a display for it; undefined when either is missing. */
export function stockFirefox() {
  return displayServer() && kDebianFirefox.find((file) => existsSync(file));
}

/**
 * Without a stock Firefox it is Playwright's own that is started.
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function firefoxOptions() {
  const executablePath = stockFirefox();
  // A stock Firefox lacks what Playwright adds to its own builds: this channel speaks WebDriver BiDi
  // to it.
  if (!executablePath) return {};
  return {
    executablePath,
    channel: 'moz-firefox',
    headless: false,
    // Driven by WebDriver BiDi, Firefox 153 now and then never asks for the script of a worker that a
    // worker starts (in 1600 loads without a session it always did). Told of one core, pages that
    // choose for themselves have no threads in their engine's worker; tests ask for threads by number.
    firefoxUserPrefs: { 'dom.maxHardwareConcurrency': 1 },
  };
}
