// npm run docs: the API reference of the two entries of the package, as HTML in build/docs. It fails
// when something that a user can reach lacks its documentation (typedoc.json); lint asks the same.

import { join } from 'node:path';
import { ensurePackages } from './setup/packages.mjs';
import { buildFolder, nodeProgram, rootFolder } from './setup/paths.mjs';
import { capture } from './setup/process.mjs';
import { runMain, step } from './setup/step.mjs';

await runMain(async () => {
  await step('npm packages', ensurePackages);
  await step('API reference', () => capture(nodeProgram('typedoc'), [], { cwd: rootFolder }));
  process.stdout.write(`docs: ${join(buildFolder, 'docs', 'index.html')}\n`);
});
