// TypeScript from the TFLite schema, for the tests' own evaluator and writer of models. Generated,
// like its C++ sister, and never in git.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, rootFolder } from '../setup/paths.mjs';
import { capture } from '../setup/process.mjs';
import { unlessUnchanged } from './stamp.mjs';

/**
 * @param {string} flatc
 * @param {(text: string) => void} note
 */
export async function buildSchema(flatc, note) {
  const schema = join(rootFolder, 'src', 'tflite', 'schema.fbs');
  const folder = join(buildFolder, 'schema-ts');
  const ran = await unlessUnchanged(
    'schema-ts',
    [schema],
    [join(folder, 'tflite.ts')],
    async () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await capture(flatc, ['--ts', '--gen-object-api', '-o', folder, schema]);
    },
  );
  if (ran) note('generated');
}
