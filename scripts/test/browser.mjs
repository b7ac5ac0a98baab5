// The Playwright tests, in the browsers that set-up found.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, nodeProgram, rootFolder } from '../setup/paths.mjs';
import { passThrough } from '../setup/process.mjs';
import { noCounts } from './counts.mjs';

/** The projects of playwright.config.ts in each browser. */
const kProjects = {
  chromium: ['chromium'],
  firefox: ['firefox'],
  webkit: ['webkit-threads', 'webkit'],
};

/** What is said of something that never came: by Playwright, and by filigree of a worker. */
const kHung = /Timeout:?\s+\d+ms|no sign of life/;

/** All tests of a suite in Playwright's report. */
function testsOf({ suites = [], specs }) {
  return [...specs.flatMap(({ tests }) => tests), ...suites.flatMap(testsOf)];
}

/**
 * Passed at last, and hung before: where the way in which a browser is driven is at fault, tests are
 * run again (test/browser/engines.ts).
 */
function isOnlyHung({ status, results }) {
  const hung = ({ status, errors }) =>
    status === 'timedOut' || errors.every(({ message }) => kHung.test(message));
  return status === 'flaky' && results.slice(0, -1).every(hung);
}

/**
 * @param {import('../setup/browser.mjs').BrowserName[]} browsers
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function testBrowser(browsers) {
  const counts = noCounts();
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
    const { stats, suites } = JSON.parse(readFileSync(report, 'utf8'));
    const hung = suites.flatMap(testsOf).filter(isOnlyHung).length;
    counts.passed = stats.expected + hung;
    // A test that passes only when it is run again has found something.
    counts.failed = stats.unexpected + stats.flaky - hung;
    counts.skipped = stats.skipped;
  }
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}
