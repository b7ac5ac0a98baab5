// The engines that the browser tests run in, and what each of them lacks. Tests ask for a capability
// by its name, never for a browser.

import type { LaunchOptions } from '@playwright/test';
import { chromiumOptions } from '../../scripts/test/chromium.mjs';
import { firefoxOptions, stockFirefox } from '../../scripts/test/firefox.mjs';
import { stockWebKit, webkitOptions } from '../../scripts/test/webkit.mjs';

/** What an engine, or the way in which it is driven, has or has not. */
export interface Capabilities {
  /** WebAssembly's relaxed SIMD. */
  relaxedSimd: boolean;
  /** Memory shared between threads, on pages that are isolated. */
  threads: boolean;
  /** How much room a site has can be set, by CDP. */
  quota: boolean;
  /**
   * A worker of an isolated page may import a script of another origin that allows it by CORP and
   * CORS. WebKit wants Cross-Origin-Embedder-Policy with that script, which CDNs do not send.
   */
  foreignWorkers: boolean;
  /** The size of the window can be set. */
  viewport: boolean;
  /** Answers to requests can be made up by the test; not over an inspector with short messages. */
  routing: boolean;
  /** A window gets at the frames of a track without showing them, also in a hidden tab. */
  trackProcessor: boolean;
  /** Tracks can be sent to workers, which read and make them. */
  workerTracks: boolean;
  /** WebGL2; a machine without a GPU has to emulate it. */
  webgl: boolean;
  /** Which of the ways to isolation in docs/isolation.md lead there. */
  isolation: ('require-corp' | 'credentialless' | 'Document-Isolation-Policy')[];
  /** The stack of an error begins with its message, as V8 writes it. */
  messageInStack: boolean;
}

export interface Engine extends Capabilities {
  /** The Playwright project's. */
  name: string;
  browserName: 'chromium' | 'firefox' | 'webkit';
  launchOptions: LaunchOptions;
  /** Shows its window on a display of the tests. */
  needsDisplay: boolean;
  /** How often a test that hung is tried again; one that failed otherwise counts as failed. */
  retries?: number;
  /** The program of a WebKit that Playwright cannot start: see scripts/test/webkit.mjs. */
  stockWebKit?: string | undefined;
}

const kAll: Capabilities = {
  relaxedSimd: true,
  threads: true,
  quota: true,
  foreignWorkers: true,
  viewport: true,
  routing: true,
  trackProcessor: true,
  workerTracks: false,
  webgl: true,
  isolation: ['require-corp', 'credentialless', 'Document-Isolation-Policy'],
  messageInStack: true,
};

function webkit(threads: boolean): Engine {
  return {
    ...kAll,
    name: threads ? 'webkit-threads' : 'webkit',
    browserName: 'webkit',
    launchOptions: webkitOptions(threads),
    needsDisplay: stockWebKit() !== undefined,
    stockWebKit: stockWebKit(),
    relaxedSimd: false,
    threads,
    quota: false,
    foreignWorkers: false,
    viewport: !stockWebKit(),
    routing: !stockWebKit(),
    trackProcessor: false,
    workerTracks: true,
    webgl: !stockWebKit(),
    isolation: ['require-corp'],
    messageInStack: false,
  };
}

export const kEngines: Engine[] = [
  {
    ...kAll,
    name: 'chromium',
    browserName: 'chromium',
    launchOptions: chromiumOptions(),
    needsDisplay: false,
  },
  {
    ...kAll,
    name: 'firefox',
    browserName: 'firefox',
    launchOptions: firefoxOptions(),
    needsDisplay: stockFirefox() !== undefined,
    // A worker's worker may not start: see scripts/test/firefox.mjs.
    ...(stockFirefox() && { retries: 2 }),
    quota: false,
    trackProcessor: false,
    isolation: ['require-corp', 'credentialless'],
    messageInStack: false,
  },
  webkit(true),
  webkit(false),
];

/** What a test needs that does not exist where that is missing; written as a tag, "@needs-quota". */
const kNeeds = [
  ...(['quota', 'viewport', 'routing', 'trackProcessor', 'workerTracks', 'webgl'] as const),
];

/** The tags of tests that do not exist in an engine; undefined when it has everything. */
export function tagsLacking(engine: Engine): RegExp | undefined {
  const lacking = kNeeds.filter((need) => !engine[need]);
  return lacking.length > 0 ? new RegExp(`@needs-(${lacking.join('|')})\\b`) : undefined;
}
