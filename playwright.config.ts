// The browser tests. `npm test` (scripts/test/browser.mjs) starts them, in the browsers that there
// are; `npx playwright test --project=firefox` does too, once everything is built.

import { defineConfig } from '@playwright/test';
import { kEngines, tagsLacking } from './test/browser/engines.js';
import type { EngineOptions } from './test/browser/fixtures.js';

/**
 * What is worth its time where it has passed in Chromium: all that asks the browser for something. Left
 * out are the comparisons with LiteRT.js but for the faces, axe, the demo's static files and the pages of
 * the bench, for which one browser will do (the latter pass in the others, too), and the tab that is
 * hidden, which is one of a Chromium started without Playwright. Of these specs, too, an engine leaves
 * out what it lacks (engines.ts).
 */
const kOthers = [
  ...['builds', 'csp', 'demo', 'demo_faces', 'demo_video', 'errors', 'faces', 'golden', 'load'],
  ...['loading_cache', 'loading_isolation', 'media', 'plain_page', 'same_answers', 'script_tag'],
  'track_workers',
];

/** The files of each project; those that are not named here run all of them. */
const kSpecs: Record<string, string[]> = {
  firefox: [...kOthers, 'loading', 'requests'],
  'webkit-threads': kOthers,
  // The fallback to one thread: the rest was seen in webkit-threads.
  webkit: ['builds', 'load', 'loading_isolation', 'plain_page', 'same_answers'],
};

export default defineConfig<object, EngineOptions>({
  testDir: 'test/browser',
  outputDir: 'build/browser/results',
  globalSetup: './test/browser/setup.ts',
  forbidOnly: Boolean(process.env.CI),
  // Most tests keep one core busy; no test asserts a time.
  workers: 2,
  timeout: 120_000,
  // A page may be slow on a busy machine; that is nothing that a test here would judge.
  expect: { timeout: 30_000 },
  reporter: 'list',
  projects: kEngines.map((engine) => {
    const { name, browserName, launchOptions, retries = 0 } = engine;
    const grepInvert = tagsLacking(engine);
    return {
      name,
      retries,
      // What hangs and is tried again need not hang for long.
      ...(retries > 0 && { timeout: 40_000 }),
      testMatch: (kSpecs[name] ?? ['*']).map((spec) => `**/${spec}.spec.ts`),
      ...(grepInvert && { grepInvert }),
      use: { browserName, launchOptions, engine },
    };
  }),
});
