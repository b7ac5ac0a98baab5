// The TypeScript tests: node:test, through tsx, on the built package.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesBelow } from '../build/stamp.mjs';
import { nodeFlags } from '../setup/node_flags.mjs';
import { buildFolder, rootFolder } from '../setup/paths.mjs';
import { passThrough, SetupError } from '../setup/process.mjs';

/** @returns {Promise<import('./counts.mjs').Counts>} */
export async function testJavaScript() {
  // Node 20 finds files only by its own naming rules, so that they are listed here.
  const folder = join(rootFolder, 'test', 'js');
  const files = filesBelow(folder).filter((file) => file.endsWith('.test.ts'));
  if (files.length === 0) throw new SetupError(`no *.test.ts below ${folder}`);
  const report = join(buildFolder, 'reports', 'js.json');
  mkdirSync(join(buildFolder, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const reporter = join(rootFolder, 'scripts', 'test', 'count_reporter.mjs');
  const code = await passThrough(
    process.execPath,
    [
      ...nodeFlags(),
      // One less than the cores would be the default.
      ...['--import', 'tsx', '--test', `--test-concurrency=${availableParallelism()}`],
      ...['--test-reporter', 'spec', '--test-reporter-destination', 'stdout'],
      ...['--test-reporter', reporter, '--test-reporter-destination', report],
      ...files,
    ],
    { cwd: rootFolder },
  );
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}
