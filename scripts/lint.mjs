// npm run lint: the formatter and linter of TypeScript and JavaScript, the type checker, whether all
// that users of the package reach is documented, and for C++ clang-format, clang-tidy and the
// direction of includes. Everything is run; the first failure does not hide the next.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { buildPreset, inParallel } from './build/cmake.mjs';
import { buildSchema } from './build/schema.mjs';
import { cppFiles } from './build/sources.mjs';
import { filesBelow } from './build/stamp.mjs';
import { checkIncludes } from './check-includes.mjs';
import { ensureFormatter, ensureTidy } from './setup/clang_tools.mjs';
import { ensurePackages } from './setup/packages.mjs';
import {
  buildFolder,
  nodeProgram,
  rootFolder,
  stampFolder,
  typescriptCompiler,
} from './setup/paths.mjs';
import { capture, SetupError } from './setup/process.mjs';
import { runMain, step } from './setup/step.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

async function checkFormat() {
  const clangFormat = await ensureFormatter();
  await capture(clangFormat, ['--dry-run', '-Werror', ...cppFiles()]);
}

/** The checker's findings depend on the file, all headers and the list of checks. */
function tidyDigests(sources) {
  const shared = createHash('sha256');
  const headers = cppFiles().filter((file) => file.endsWith('.h'));
  const others = ['.clang-tidy', join('src', 'tflite', 'schema.fbs'), join('cmake', 'flags.cmake')];
  for (const file of [...headers, ...others.map((name) => join(rootFolder, name))]) {
    shared.update(readFileSync(file));
  }
  const common = shared.digest('hex');
  return sources.map((file) =>
    createHash('sha256').update(common).update(file).update(readFileSync(file)).digest('hex'),
  );
}

async function checkTidy(note) {
  const clangTidy = await ensureTidy();
  const sources = filesBelow(join(rootFolder, 'src')).filter((file) => file.endsWith('.cpp'));
  await buildPreset('tidy', ['filigree_schema_header']);
  const stamp = join(stampFolder, 'clang-tidy.json');
  const clean = new Set(existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : []);
  const digests = tidyDigests(sources);
  const save = () => {
    writeFileSync(stamp, JSON.stringify(digests.filter((digest) => clean.has(digest))));
  };
  mkdirSync(stampFolder, { recursive: true });
  const failures = /** @type {string[]} */ ([]);
  const jobs = sources
    .map((file, i) => ({ file, digest: digests[i] }))
    .filter(({ digest }) => !clean.has(digest))
    .map(({ file, digest }) => async () => {
      const args = ['-p', join(buildFolder, 'tidy'), '--quiet', file];
      const { code, output } = await capture(clangTidy, args, { allowFailure: true });
      if (code === 0) {
        clean.add(digest);
        // At once: an interrupted run shall not begin from nothing.
        save();
      } else failures.push(`${relative(rootFolder, file)}\n${output}`);
    });
  await inParallel(jobs, availableParallelism());
  note(`${jobs.length} of ${sources.length} files`);
  if (failures.length > 0) throw new SetupError(failures.join('\n'));
}

const checks = {
  'biome check': async () => {
    await capture(nodeProgram('biome'), ['check', '--error-on-warnings'], { cwd: rootFolder });
  },
  'tsc, package and tests': async () => {
    await capture(typescriptCompiler, ['--project', 'tsconfig.json'], { cwd: rootFolder });
  },
  'tsc, scripts': async () => {
    await capture(typescriptCompiler, ['--project', 'tsconfig.scripts.json'], { cwd: rootFolder });
  },
  'documentation of the package': async () => {
    await capture(nodeProgram('typedoc'), ['--emit', 'none'], { cwd: rootFolder });
  },
  'direction of includes': async () => {
    const errors = checkIncludes();
    if (errors.length > 0) throw new SetupError(errors.join('\n'));
  },
  'clang-format': checkFormat,
  'clang-tidy': checkTidy,
};

await runMain(async () => {
  await step('npm packages', ensurePackages);
  const toolchain = await step('toolchain', (note) => ensureToolchain(true, note));
  await step('TypeScript of the TFLite schema', (note) => buildSchema(toolchain.flatc, note));
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await step(name, check);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      process.stderr.write(`${error.message}\n`);
      ++failed;
    }
  }
  return failed > 0 ? 1 : 0;
});
