// The browser tests. `npm test` (scripts/test/browser.mjs) starts them, in the browsers that there
// are; `npx playwright test --project=firefox` does too, once everything is built.

import { defineConfig } from '@playwright/test';
import { kEngines, tagsLacking } from './test/browser/engines.js';
import type { EngineOptions } from './test/browser/fixtures.js';

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
    // LiteRT.js judges the WebAssembly, which is the same everywhere, and takes long.
    const testIgnore = name === 'chromium' ? [] : ['**/litert_*.spec.ts'];
    // WebKit without threads is the fallback to one: the rest was seen in webkit-threads.
    const fallback = /\/(builds|errors|load|loading_isolation|plain_page|same_answers)\.spec\.ts$/;
    const testMatch = name === 'webkit' ? fallback : '**/*.spec.ts';
    return {
      name,
      retries,
      testIgnore,
      testMatch,
      ...(grepInvert && { grepInvert }),
      use: { browserName, launchOptions, engine },
    };
  }),
});
