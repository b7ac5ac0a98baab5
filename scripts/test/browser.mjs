// The Playwright tests, in the browser that set-up found.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, nodeProgram, rootFolder } from '../setup/paths.mjs';
import { passThrough } from '../setup/process.mjs';

/**
 * @param {string | undefined} browser the program, or undefined when there is none
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function testBrowser(browser) {
  if (!browser) return { passed: 0, failed: 0, skipped: 1 };
  const report = join(buildFolder, 'reports', 'browser.json');
  mkdirSync(join(buildFolder, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const code = await passThrough(nodeProgram('playwright'), ['test', '--reporter=list,json'], {
    cwd: rootFolder,
    // playwright.config.ts starts this program.
    env: { FILIGREE_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (existsSync(report)) {
    const { stats } = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed = stats.expected;
    // A test that passes only when it is run again has found something.
    counts.failed = stats.unexpected + stats.flaky;
    counts.skipped = stats.skipped;
  }
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}
