// npm run bench:video [-- flags]: set-up, build, and the background blur page of the static demo
// on its clip in Chromium. The flags are those of test/bench/video/main.ts.

import { join } from 'node:path';
import { buildDemo } from './build/demo.mjs';
import { nodeFlags } from './setup/node_flags.mjs';
import { rootFolder } from './setup/paths.mjs';
import { passThrough } from './setup/process.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp({ forTests: true });
  await buildAll();
  await buildDemo();
  return passThrough(process.execPath, [
    ...nodeFlags(),
    ...['--import', 'tsx', join(rootFolder, 'test', 'bench', 'video', 'main.ts')],
    ...process.argv.slice(2),
  ]);
});
