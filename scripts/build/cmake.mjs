// CMake presets: configured once, then left to Ninja, which knows what changed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, rootFolder } from '../setup/paths.mjs';
import { capture } from '../setup/process.mjs';

/** The builds of the engine that the package ships, by the name in their files. */
export const kVariants = ['simd', 'simd-threads', 'relaxed', 'relaxed-threads'];

/**
 * Builds targets of one preset.
 * @param {string} preset
 * @param {string[]} targets
 * @returns {Promise<boolean>} whether there was anything to do
 */
export async function buildPreset(preset, targets) {
  const folder = join(buildFolder, preset);
  if (!existsSync(join(folder, 'build.ninja'))) {
    await capture('cmake', ['--preset', preset], { cwd: rootFolder });
  }
  const { output } = await capture('ninja', ['-C', folder, ...targets]);
  return !output.includes('no work to do');
}

/**
 * Runs the jobs, a few at a time.
 * @template T
 * @param {(() => Promise<T>)[]} jobs
 * @param {number} atOnce
 * @returns {Promise<T[]>}
 */
export async function inParallel(jobs, atOnce) {
  /** @type {T[]} */
  const results = [];
  let next = 0;
  async function work() {
    while (next < jobs.length) {
      const i = next++;
      results[i] = await jobs[i]();
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, work));
  return results;
}
