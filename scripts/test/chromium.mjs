// How Chromium is started by the browser tests and by the comparison with other engines.

import { existsSync } from 'node:fs';

const kDebianChromium = '/usr/bin/chromium';

/**
 * Set-up names the browser it found; without it, Debian's Chromium when it is there, and
 * Playwright's own if not.
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function chromiumOptions() {
  const stock = existsSync(kDebianChromium) ? kDebianChromium : undefined;
  return {
    executablePath: process.env.FILIGREE_CHROMIUM ?? stock,
    // Containers run everything as root, which the sandbox refuses.
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
