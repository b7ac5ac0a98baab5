// "Nothing changed since" for steps that have no build system of their own: a digest of the inputs'
// names, sizes and times, kept beside what was made of them.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stampFolder } from '../setup/paths.mjs';

/** All files below the folder, sorted; none if it does not exist. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

/**
 * Runs the work unless it ended well before on the same inputs and its outputs are still there.
 * @param {string} name
 * @param {string[]} inputs files
 * @param {string[]} outputs files
 * @param {() => Promise<void> | void} work
 * @returns {Promise<boolean>} whether it ran
 */
export async function unlessUnchanged(name, inputs, outputs, work) {
  const digest = createHash('sha256');
  for (const file of inputs) {
    const { size, mtimeMs } = statSync(file);
    digest.update(`${file} ${size} ${mtimeMs}\n`);
  }
  const current = digest.digest('hex');
  const stamp = join(stampFolder, name);
  const isCurrent =
    existsSync(stamp) && readFileSync(stamp, 'utf8') === current && outputs.every(existsSync);
  if (isCurrent) return false;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, current);
  return true;
}
