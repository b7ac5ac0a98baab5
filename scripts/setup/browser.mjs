// The browsers that the Playwright tests drive: Debian's, or those that Playwright itself installed.

import { existsSync } from 'node:fs';
import { stockChromium } from '../test/chromium.mjs';
import { stockFirefox } from '../test/firefox.mjs';
import { stockWebKit } from '../test/webkit.mjs';
import { installPackages, isDebianLike } from './apt.mjs';
import { SetupError } from './process.mjs';

/** @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName */

/** @type {Record<BrowserName, {title: string, isStockThere: () => boolean, packages: string[]}>} */
const kBrowsers = {
  chromium: {
    title: 'Chromium',
    isStockThere: () => stockChromium() !== undefined,
    packages: ['chromium'],
  },
  firefox: {
    title: 'Firefox',
    isStockThere: () => stockFirefox() !== undefined,
    packages: ['firefox-esr', 'xvfb'],
  },
  webkit: {
    title: 'WebKit',
    isStockThere: () => stockWebKit() !== undefined,
    packages: ['libwebkit2gtk-4.1-0', 'xvfb'],
  },
};

/** Whether Playwright's own build of a browser is installed. */
async function isOwnThere(name) {
  try {
    const playwright = await import('@playwright/test');
    return existsSync(playwright[name].executablePath());
  } catch {
    return false; // Playwright knows no build for this machine.
  }
}

/** @returns {Promise<'there' | 'installed'>} */
async function ensureBrowser(name) {
  const { title, isStockThere, packages } = kBrowsers[name];
  if (isStockThere() || (await isOwnThere(name))) return 'there';
  if (!isDebianLike()) {
    throw new SetupError(
      `no ${title} for the browser tests`,
      `Run: npx playwright install ${name}`,
    );
  }
  await installPackages(packages, `${title} for the browser tests`);
  if (!isStockThere()) throw new SetupError(`${packages.join(' ')} brought no ${title}`);
  return 'installed';
}

/**
 * @param {(text: string) => void} note
 * @returns {Promise<BrowserName[]>} those that are there; the tests in the others are skipped
 */
export async function ensureBrowsers(note) {
  const found = /** @type {BrowserName[]} */ ([]);
  for (const name of /** @type {BrowserName[]} */ (Object.keys(kBrowsers))) {
    const { title } = kBrowsers[name];
    try {
      if ((await ensureBrowser(name)) === 'installed') note(`${title} installed`);
      found.push(name);
    } catch (error) {
      // Where results count, a missing browser must not pass for a green run.
      if (process.env.CI) throw error;
      const reason = error instanceof Error ? error.message : error;
      note(`no ${title}, the tests in it will be skipped. ${reason}`);
    }
  }
  return found;
}

/** The names of the browsers that are not among these. */
export function browsersMissing(found) {
  return Object.keys(kBrowsers)
    .filter((name) => !found.includes(name))
    .map((name) => kBrowsers[name].title);
}
