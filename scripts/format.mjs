// npm run format: brings every source file into the one form that the linter accepts.

import { cppFiles } from './build/sources.mjs';
import { ensureFormatter } from './setup/clang_tools.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { nodeProgram, rootFolder } from './setup/paths.mjs';
import { capture } from './setup/process.mjs';
import { runMain, step } from './setup/step.mjs';

await runMain(async () => {
  await step('npm packages', ensurePackages);
  await step('biome', async () => {
    await capture(nodeProgram('biome'), ['check', '--write'], {
      cwd: rootFolder,
      allowFailure: true,
    });
  });
  await step('clang-format', async () => {
    const clangFormat = await ensureFormatter();
    await capture(clangFormat, ['-i', ...cppFiles()]);
  });
});
