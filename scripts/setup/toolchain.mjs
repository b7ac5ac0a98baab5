// Which Emscripten, flatc, pthreadpool (and, for tests, GoogleTest and SIMDe) this machine builds
// with. The answer is written to build/toolchain.cmake, where CMake reads it, and remembered in
// build/toolchain.json until something that it depends on changes.

import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages, isDebianLike } from './apt.mjs';
import {
  ensureDebianDependencies,
  ensureDebianToolchain,
  kRecipe as kDebianRecipe,
} from './debian_toolchain.mjs';
import { buildFolder, cacheFolder } from './paths.mjs';
import { capture, findProgram, SetupError } from './process.mjs';
import { ensureUpstreamDependencies } from './upstream.mjs';

/** The first with relaxed SIMD's final opcodes and ES module workers without a second script. */
const kOldestEmscripten = [3, 1, 69];
const kOldestCMake = [3, 25, 0];

const rememberedFile = join(buildFolder, 'toolchain.json');

function isAtLeast(text, oldest) {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  if (!found) return false;
  for (let i = 0; i < 3; ++i) {
    if (found[i] !== oldest[i]) return found[i] > oldest[i];
  }
  return true;
}

/** The emcc that a person has: emsdk's by its variable, or the one on PATH. */
function findEmcc() {
  if (process.env.EMSDK) {
    const path = join(process.env.EMSDK, 'upstream', 'emscripten', 'emcc');
    if (existsSync(path)) return path;
  }
  return findProgram('emcc');
}

/** The folder of Emscripten's tree, which Homebrew and Debian keep apart from the emcc on PATH. */
async function emscriptenRoot(emcc) {
  const folder = dirname(realpathSync(emcc));
  const places = [folder, join(folder, '..', 'libexec'), '/usr/share/emscripten'];
  const config = join(folder, 'em-config');
  if (existsSync(config)) {
    const { output } = await capture(config, ['EMSCRIPTEN_ROOT'], { allowFailure: true });
    places.push(output.trim());
  }
  const file = join('cmake', 'Modules', 'Platform', 'Emscripten.cmake');
  return places.find((place) => existsSync(join(place, file)));
}

/** A person's own Emscripten, if it is good enough. */
async function ownEmscripten(note) {
  const emcc = findEmcc();
  if (!emcc) return undefined;
  const { code, output } = await capture(emcc, ['--version'], { allowFailure: true });
  const root = code === 0 ? await emscriptenRoot(emcc) : undefined;
  if (!root || !isAtLeast(output, kOldestEmscripten)) {
    note(`${emcc} is older than ${kOldestEmscripten.join('.')} or does not work`);
    return undefined;
  }
  return root;
}

/** Everything that an earlier answer depended on. */
function circumstances(forTests) {
  const { EMSDK, PATH } = process.env;
  return JSON.stringify({ EMSDK, PATH, cacheFolder, kDebianRecipe, forTests });
}

function remembered(key) {
  if (!existsSync(rememberedFile)) return undefined;
  const saved = JSON.parse(readFileSync(rememberedFile, 'utf8'));
  const answers = saved.answers?.[key];
  if (!answers || answers.emccOnPath !== (findEmcc() ?? null)) return undefined;
  const paths = Object.values(answers.paths);
  if (
    !paths.every((path) => existsSync(path)) ||
    !existsSync(join(buildFolder, 'toolchain.cmake'))
  ) {
    return undefined;
  }
  return answers;
}

/**
 * Written only when it changed: CMake configures anew whenever this file is touched. Test libraries
 * that are here are named even if they are not asked for, so that `npm start` after `npm test`
 * changes nothing.
 */
function writeCMakeFile(paths) {
  const debianGoogletest = '/usr/src/googletest';
  const debianSimde = '/usr/include/simde';
  const values = {
    FILIGREE_EMSCRIPTEN: paths.emscripten,
    FILIGREE_FLATC: paths.flatc,
    FILIGREE_FLATBUFFERS: paths.includes,
    FILIGREE_FXDIV: paths.includes,
    FILIGREE_PTHREADPOOL: paths.pthreadpool,
    FILIGREE_GOOGLETEST:
      paths.googletest ?? (existsSync(debianGoogletest) ? debianGoogletest : undefined),
    FILIGREE_SIMDE: paths.simde ?? (existsSync(debianSimde) ? dirname(debianSimde) : undefined),
  };
  const text = `# Written by scripts/setup/toolchain.mjs.\n${Object.entries(values)
    .filter(([, value]) => value)
    .map(([name, value]) => `set(${name} "${value}")\n`)
    .join('')}`;
  const file = join(buildFolder, 'toolchain.cmake');
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(file, text);
}

/** CMake and Ninja, which drive every build. */
async function ensureBuildPrograms() {
  const cmake = findProgram('cmake');
  if (!cmake || !findProgram('ninja')) {
    await installPackages(['cmake', 'ninja-build'], 'CMake and Ninja');
  }
  const { output } = await capture('cmake', ['--version']);
  if (!isAtLeast(output, kOldestCMake)) {
    throw new SetupError(
      `${cmake} is older than ${kOldestCMake.join('.')}`,
      'Install a newer CMake, or take the older one off PATH.',
    );
  }
}

const kTestPackages = ['clang-19', 'libclang-rt-19-dev', 'googletest', 'libsimde-dev'];

/** @typedef {{flatc: string, emscripten: string, includes: string, pthreadpool: string}} Toolchain */

/**
 * @param {boolean} forTests also what only the tests need: a native compiler, GoogleTest, SIMDe
 * @param {(text: string) => void} note
 * @returns {Promise<Toolchain>}
 */
export async function ensureToolchain(forTests, note) {
  const key = circumstances(forTests);
  const known = remembered(key);
  if (known) {
    note(known.description);
    writeCMakeFile(known.paths);
    return known.paths;
  }
  mkdirSync(buildFolder, { recursive: true });
  await ensureBuildPrograms();
  const own = await ownEmscripten(note);
  let paths;
  if (isDebianLike()) {
    paths = own
      ? { ...(await ensureDebianDependencies()), emscripten: own }
      : await ensureDebianToolchain();
    if (forTests) await installPackages(kTestPackages, 'a native compiler and test libraries');
  } else if (own) {
    paths = { ...(await ensureUpstreamDependencies(forTests)), emscripten: own };
  } else {
    throw new SetupError(
      `no Emscripten ${kOldestEmscripten.join('.')} or newer, and no apt to get it with`,
      'Install it (emsdk, or your package manager) so that emcc is on PATH or EMSDK is set.',
    );
  }
  const present = /** @type {Toolchain} */ (
    Object.fromEntries(Object.entries(paths).filter(([, path]) => path))
  );
  const version = readFileSync(join(present.emscripten, 'emscripten-version.txt'), 'utf8');
  const origin = own ? own : 'a private copy of Debian packages';
  const description = `Emscripten ${version.replaceAll('"', '').trim()}, ${origin}`;
  note(description);
  writeCMakeFile(present);
  const saved = existsSync(rememberedFile) ? JSON.parse(readFileSync(rememberedFile, 'utf8')) : {};
  const answer = { paths: present, description, emccOnPath: findEmcc() ?? null };
  const answers = { ...saved.answers, [key]: answer };
  writeFileSync(rememberedFile, JSON.stringify({ answers }, null, 2));
  return present;
}
