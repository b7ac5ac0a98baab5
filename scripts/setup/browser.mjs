// The browser that the Playwright tests drive: Debian's Chromium, or the one that Playwright itself
// installed.

import { existsSync } from 'node:fs';
import { installPackages, isDebianLike } from './apt.mjs';
import { findProgram, SetupError } from './process.mjs';

const kDebianChromium = '/usr/bin/chromium';

/** Where the browser is, without installing anything. */
async function findBrowser() {
  if (existsSync(kDebianChromium)) return kDebianChromium;
  const onPath = findProgram('chromium');
  if (onPath) return onPath;
  try {
    const { chromium } = await import('@playwright/test');
    return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
  } catch {
    return undefined; // Playwright knows no build for this machine.
  }
}

/**
 * @param {(text: string) => void} note
 * @returns {Promise<string | undefined>} undefined: none here, and the browser tests are skipped
 */
export async function ensureBrowser(note) {
  const found = await findBrowser();
  if (found) return found;
  try {
    if (isDebianLike()) {
      await installPackages(['chromium'], 'Chromium for the browser tests');
      note('installed');
      return kDebianChromium;
    }
    throw new SetupError(
      'no Chromium for the browser tests',
      'Run: npx playwright install chromium',
    );
  } catch (error) {
    // Where results count, a missing browser must not pass for a green run.
    if (process.env.CI) throw error;
    note(`none, browser tests will be skipped. ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
