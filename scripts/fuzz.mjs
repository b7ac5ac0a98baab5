// npm run fuzz:ops [-- --count N --seed S]: set-up, build, and random graphs through every build,
// compared with the tests' own evaluator. Arguments go to the fuzzer as they are.

import { join } from 'node:path';
import { nodeFlags } from './setup/node_flags.mjs';
import { rootFolder } from './setup/paths.mjs';
import { passThrough } from './setup/process.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  const [what, ...args] = process.argv.slice(2);
  await setUp({ forTests: true });
  await buildAll();
  const program = join(rootFolder, 'test', 'fuzz', `fuzz_${what}.ts`);
  return passThrough(process.execPath, [...nodeFlags(), '--import', 'tsx', program, ...args]);
});
