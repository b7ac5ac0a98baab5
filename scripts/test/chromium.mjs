// How Chromium is started by the browser tests and by the comparison with other engines.

import { existsSync } from 'node:fs';
import { findProgram } from '../setup/process.mjs';

const kDebianChromium = '/usr/bin/chromium';

/** The Chromium that is meant, or Debian's, or one on PATH; undefined when there is none. */
export function stockChromium() {
  if (process.env.FILIGREE_CHROMIUM) return process.env.FILIGREE_CHROMIUM;
  return existsSync(kDebianChromium) ? kDebianChromium : findProgram('chromium');
}

/**
 * Without a stock Chromium it is Playwright's own that is started.
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function chromiumOptions() {
  return {
    executablePath: stockChromium(),
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
