// The Playwright tests, in the browsers that set-up found.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { browsersMissing } from '../setup/browser.mjs';
import { buildFolder, nodeProgram, rootFolder } from '../setup/paths.mjs';
import { passThrough } from '../setup/process.mjs';

/** The projects of playwright.config.ts in each browser. */
const kProjects = {
  chromium: ['chromium'],
  firefox: ['firefox'],
  webkit: ['webkit-threads', 'webkit'],
};

/**
 * @param {import('../setup/browser.mjs').BrowserName[]} browsers
 * @returns {Promise<import('./counts.mjs').Counts>} a missing browser counts as one that was skipped
 */
export async function testBrowser(browsers) {
  const missing = browsersMissing(browsers);
  for (const title of missing) process.stdout.write(`skipped: there is no ${title}\n`);
  const counts = { passed: 0, failed: 0, skipped: missing.length };
  if (browsers.length === 0) return counts;
  const report = join(buildFolder, 'reports', 'browser.json');
  mkdirSync(join(buildFolder, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const projects = browsers.flatMap((name) => kProjects[name]);
  const code = await passThrough(
    nodeProgram('playwright'),
    ['test', '--reporter=list,json', ...projects.map((name) => `--project=${name}`)],
    { cwd: rootFolder, env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report } },
  );
  if (existsSync(report)) {
    const { stats } = JSON.parse(readFileSync(report, 'utf8'));
    // Only where the way in which a browser is driven is at fault are tests run again at all
    // (test/browser/engines.ts); the runner's own report names them.
    counts.passed = stats.expected + stats.flaky;
    counts.failed = stats.unexpected;
    counts.skipped += stats.skipped;
  }
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}
