// npm run bench:peers [-- flags]: set-up, build, and filigree against other engines in Chromium.
// The flags are those of test/bench/peers/main.ts.

import { join } from 'node:path';
import { bundlePages } from './build/pages.mjs';
import { nodeFlags } from './setup/node_flags.mjs';
import { buildFolder, rootFolder } from './setup/paths.mjs';
import { ensurePeers } from './setup/peers.mjs';
import { passThrough } from './setup/process.mjs';
import { runMain, step } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp({ forTests: true });
  await step('other engines', ensurePeers);
  await buildAll();
  const source = join(rootFolder, 'test', 'bench', 'peers');
  await bundlePages(join(source, 'page'), join(buildFolder, 'bench', 'page'), ['main.ts']);
  return passThrough(process.execPath, [
    ...nodeFlags(),
    '--import',
    'tsx',
    join(source, 'main.ts'),
    ...process.argv.slice(2),
  ]);
});
