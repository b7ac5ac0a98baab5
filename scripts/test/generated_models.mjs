// The random models that the C++ unit tests run, written by the tests' own generator.

import { join } from 'node:path';
import { filesBelow, unlessUnchanged } from '../build/stamp.mjs';
import { buildFolder, rootFolder } from '../setup/paths.mjs';
import { capture } from '../setup/process.mjs';

const writer = join(rootFolder, 'test', 'unit', 'write_models.ts');

/**
 * @param {(text: string) => void} note
 */
export async function writeGeneratedModels(note) {
  const folder = join(buildFolder, 'generated');
  const inputs = [writer, ...filesBelow(join(rootFolder, 'test', 'generator'))];
  const ran = await unlessUnchanged('generated-models', inputs, [folder], async () => {
    await capture(process.execPath, ['--import', 'tsx', writer, folder], { cwd: rootFolder });
  });
  if (ran) note('written');
}
