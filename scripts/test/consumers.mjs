// The package as others use it: packed, installed in projects of their own, and run there.

import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, unlessUnchanged } from '../build/stamp.mjs';
import { buildFolder, distFolder, rootFolder } from '../setup/paths.mjs';
import { capture, passThrough } from '../setup/process.mjs';
import { step } from '../setup/step.mjs';

const sourceFolder = join(rootFolder, 'test', 'consumers');
const workFolder = join(buildFolder, 'consumers');

/** Where the bundlers and checkers are: they are other people's, not part of this project. */
export const toolFolder = join(workFolder, 'tools');
/** What `npm pack` made. */
export const tarball = join(workFolder, 'filigree.tgz');
/** A project with nothing but the package; the others begin as copies of it. */
export const installedFolder = join(workFolder, 'installed');
export const projectFolder = join(workFolder, 'projects');

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** @param {(text: string) => void} note */
async function installTools(note) {
  const files = ['package.json', 'package-lock.json'].map((file) => join(sourceFolder, file));
  const installed = join(toolFolder, 'node_modules', '.package-lock.json');
  const ran = await unlessUnchanged('consumer-tools', files, [installed], async () => {
    mkdirSync(toolFolder, { recursive: true });
    for (const file of [...files, join(rootFolder, '.npmrc')])
      cpSync(file, join(toolFolder, file.split(/[\\/]/).at(-1) ?? ''));
    await capture(npm, ['ci', '--prefer-offline'], { cwd: toolFolder });
  });
  if (ran) note('installed');
}

/** @param {(text: string) => void} note */
async function installPackage(note) {
  const parts = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
  const inputs = [...filesBelow(distFolder), ...parts.map((file) => join(rootFolder, file))];
  const outputs = [tarball, join(installedFolder, 'node_modules', 'filigree')];
  const ran = await unlessUnchanged('consumer-package', inputs, outputs, async () => {
    rmSync(installedFolder, { recursive: true, force: true });
    mkdirSync(installedFolder, { recursive: true });
    const pack = ['pack', '--json', '--pack-destination', workFolder];
    await capture(npm, pack, { cwd: rootFolder });
    const { version } = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8'));
    renameSync(join(workFolder, `filigree-${version}.tgz`), tarball);
    writeFileSync(join(installedFolder, 'package.json'), '{ "private": true }\n');
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await capture(npm, ['install', ...flags, tarball], { cwd: installedFolder });
  });
  if (ran) note('packed and installed');
}

/**
 * @param {import('../setup/browser.mjs').BrowserName[]} browsers
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function testConsumers(browsers) {
  await step('consumers, tools', installTools);
  await step('consumers, package', installPackage);
  const report = join(buildFolder, 'reports', 'consumers.json');
  mkdirSync(join(buildFolder, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const files = filesBelow(sourceFolder).filter((file) => file.endsWith('.test.ts'));
  const reporter = join(rootFolder, 'scripts', 'test', 'count_reporter.mjs');
  const code = await passThrough(
    process.execPath,
    [
      ...['--import', 'tsx', '--test', '--test-concurrency=2'],
      ...['--test-reporter', 'spec', '--test-reporter-destination', 'stdout'],
      ...['--test-reporter', reporter, '--test-reporter-destination', report],
      ...files,
    ],
    {
      cwd: rootFolder,
      env: browsers.includes('chromium') ? {} : { FILIGREE_CONSUMER_BROWSER: 'none' },
    },
  );
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}
