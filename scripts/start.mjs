// npm start: set-up, build, and the main job, which ends by itself.

import { join } from 'node:path';
import { rootFolder } from './setup/paths.mjs';
import { passThrough } from './setup/process.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  await buildAll();
  // A program of its own: it uses the package the way a user would.
  return passThrough(process.execPath, [join(rootFolder, 'scripts', 'photos', 'main.mjs')]);
});
