// The browser tests. `npm test` (scripts/test/browser.mjs) names the browser and starts them;
// `npx playwright test` does too, once everything is built.

import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './scripts/test/chromium.mjs';

export default defineConfig({
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
  projects: [
    { name: 'chromium', use: { browserName: 'chromium', launchOptions: chromiumOptions() } },
  ],
});
