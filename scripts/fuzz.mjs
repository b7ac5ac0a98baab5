// npm run fuzz:ops [-- --count N --seed S]: set-up, build, and random graphs through every build,
// compared with the tests' own evaluator.
// npm run fuzz:reader [-- -max_total_time=SECONDS]: damaged model files through the reader, under the
// sanitizers, until one is found that it should not have taken. What is found goes to
// build/fuzz/findings/.
// Arguments go to the fuzzers as they are.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPreset } from './build/cmake.mjs';
import { nodeFlags } from './setup/node_flags.mjs';
import { buildFolder, rootFolder } from './setup/paths.mjs';
import { passThrough, SetupError } from './setup/process.mjs';
import { runMain, step } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

async function fuzzOperators(args) {
  await buildAll();
  const program = join(rootFolder, 'test', 'fuzz', 'fuzz_ops.ts');
  return passThrough(process.execPath, [...nodeFlags(), '--import', 'tsx', program, ...args]);
}

async function fuzzReader(args) {
  await step('reader fuzzer, build', () => buildPreset('asan', ['reader_fuzz']));
  const found = join(buildFolder, 'fuzz', 'corpus');
  const findings = join(buildFolder, 'fuzz', 'findings');
  for (const folder of [found, findings]) mkdirSync(folder, { recursive: true });
  const limits = ['-rss_limit_mb=1024', '-timeout=5', `-artifact_prefix=${findings}/`];
  const folders = [found, join(rootFolder, 'test', 'fuzz', 'corpus')];
  return passThrough(join(buildFolder, 'asan', 'reader_fuzz'), [...limits, ...args, ...folders]);
}

const fuzzers = { ops: fuzzOperators, reader: fuzzReader };

await runMain(async () => {
  const [what, ...args] = process.argv.slice(2);
  const fuzz = fuzzers[what];
  if (!fuzz) throw new SetupError(`fuzz takes ${Object.keys(fuzzers).join('|')}`);
  await setUp({ forTests: true });
  return fuzz(args);
});
