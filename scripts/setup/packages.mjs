// npm's packages, installed as the lock file says whenever it is newer than what is there.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from './paths.mjs';
import { capture } from './process.mjs';

const lockFile = join(rootFolder, 'package-lock.json');
const installedLockFile = join(rootFolder, 'node_modules', '.package-lock.json');
const stampFile = join(rootFolder, 'node_modules', '.filigree-lock');

/**
 * @param {(text: string) => void} note
 */
export async function ensurePackages(note) {
  if (existsSync(installedLockFile)) {
    if (statSync(installedLockFile).mtimeMs >= statSync(lockFile).mtimeMs) return;
    // A checkout touches the lock file without changing it: only its content counts.
    const digest = lockDigest();
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return;
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await capture(npm, ['ci', '--no-audit', '--no-fund'], { cwd: rootFolder });
  writeFileSync(stampFile, lockDigest());
  note('installed');
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}
