// npm run bench [-- MODEL... --flags]: set-up, build, and `filigree bench` over the models given, or
// over all the real ones. Arguments go to the command line as they are.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { distFolder, modelFolder } from './setup/paths.mjs';
import { passThrough } from './setup/process.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  await buildAll();
  const args = process.argv.slice(2);
  const named = args.some((arg) => arg.endsWith('.tflite'));
  const models = named ? [] : readdirSync(modelFolder).filter((name) => name.endsWith('.tflite'));
  return passThrough(process.execPath, [
    join(distFolder, 'cli.js'),
    'bench',
    ...models.map((name) => join(modelFolder, name)),
    ...args,
  ]);
});
