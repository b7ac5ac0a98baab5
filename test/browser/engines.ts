// The engines that the browser tests run in, and what each of them lacks. Tests ask for a capability
// by its name, never for a browser.

import type { LaunchOptions } from '@playwright/test';
import { chromiumOptions } from '../../scripts/test/chromium.mjs';
import { firefoxOptions } from '../../scripts/test/firefox.mjs';
import { stockWebKit, webkitOptions } from '../../scripts/test/webkit.mjs';

/** What an engine, or the way in which it is driven, has or has not. */
export interface Capabilities {
  /** WebAssembly's relaxed SIMD. */
  relaxedSimd: boolean;
  /** Memory shared between threads, on pages that are isolated. */
  threads: boolean;
}

export interface Engine extends Capabilities {
  /** The Playwright project's. */
  name: string;
  browserName: 'chromium' | 'firefox' | 'webkit';
  launchOptions: LaunchOptions;
  /** A WebKit that Playwright does not start: see scripts/test/webkit.mjs. */
  stockWebKit?: ReturnType<typeof stockWebKit>;
}

const kAll: Capabilities = { relaxedSimd: true, threads: true };

function webkit(threads: boolean): Engine {
  return {
    ...kAll,
    name: threads ? 'webkit-threads' : 'webkit',
    browserName: 'webkit',
    launchOptions: webkitOptions(threads),
    stockWebKit: stockWebKit(),
    relaxedSimd: false,
    threads,
  };
}

export const kEngines: Engine[] = [
  { ...kAll, name: 'chromium', browserName: 'chromium', launchOptions: chromiumOptions() },
  { ...kAll, name: 'firefox', browserName: 'firefox', launchOptions: firefoxOptions() },
  webkit(true),
  webkit(false),
];
