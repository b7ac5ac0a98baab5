// A private toolchain made of Debian packages, for machines that have apt but no good `emcc`:
// compilers from the system's own release, Emscripten and its friends from Debian 13, unpacked into
// a folder of the user's cache. Nothing of the system is replaced: programs of Debian 13 run on the
// C library that was unpacked beside them.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { installPackages, privateApt } from './apt.mjs';
import { makeOnce } from './once.mjs';
import { cacheFolder } from './paths.mjs';
import { capture } from './process.mjs';

/** Raised whenever the recipe below changes, so that an older copy is not taken for a good one. */
export const kRecipe = 2;

const kSuite = 'trixie';

/** From the system's release: LLVM runs on the system's own libraries. */
const kSystemPackages = ['clang-19', 'lld-19', 'llvm-19', 'python3'];

/** acorn comes this way because, installed, it would bring Debian's own Node along. */
const kEmscriptenPackages = ['emscripten', 'binaryen', 'node-acorn'];
const kDependencyPackages = [
  'flatbuffers-compiler',
  'libflatbuffers-dev',
  'libflatbuffers23.5.26',
  'libfxdiv-dev',
];
/** What the programs of Debian 13 need to run on an older release. */
const kRuntimePackages = ['libc6', 'libstdc++6', 'libgcc-s1'];

/** 1.3 GB of the Emscripten package that filigree never links or reads. */
const kUnwanted = [
  './usr/share/doc',
  './usr/share/man',
  './usr/share/emscripten/docs',
  './usr/share/emscripten/media',
  './usr/share/emscripten/test',
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/lto',
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/lto-pic',
  './usr/share/emscripten/cache/sysroot/lib/wasm32-emscripten/pic',
];

const emscriptenPart = join('usr', 'share', 'emscripten');

function writeProgram(path, text) {
  rmSync(path, { force: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** Each unpacked program gets a wrapper in bin/ that starts it on the unpacked C library. */
function wrapPrograms(folder) {
  const triplet = readdirSync(join(folder, 'usr', 'lib')).find((name) => /-linux-gnu/.test(name));
  const libraries = join('usr', 'lib', triplet ?? '');
  const loader = readdirSync(join(folder, libraries)).find((name) => /^ld-linux.*\.so/.test(name));
  mkdirSync(join(folder, 'bin'));
  for (const name of readdirSync(join(folder, 'usr', 'bin'))) {
    if (!/^(wasm|flatc)/.test(name)) continue;
    writeProgram(
      join(folder, 'bin', name),
      `root=$(dirname "$0")/..\n` +
        `exec "$root/${libraries}/${loader}" --library-path "$root/${libraries}" ` +
        `"$root/usr/bin/${name}" "$@"`,
    );
  }
}

/** The package's own scripts point at /usr/share/emscripten; these stay inside the folder. */
function wrapEmscripten(folder) {
  const emscripten = join(folder, emscriptenPart);
  writeFileSync(
    join(folder, 'emscripten.config'),
    [
      'import os, shutil',
      "root = os.path.dirname(os.path.realpath(os.environ['EM_CONFIG']))",
      "LLVM_ROOT = '/usr/lib/llvm-19/bin'",
      'BINARYEN_ROOT = root',
      `NODE_JS = shutil.which('node') or ${JSON.stringify(process.execPath)}`,
      // The package brings the system libraries prebuilt, the multithreaded ones included.
      'FROZEN_CACHE = True',
      '',
    ].join('\n'),
  );
  for (const file of readdirSync(emscripten)) {
    const name = /^(em[a-z+]+)\.py$/.exec(file)?.[1];
    if (!name) continue;
    writeProgram(
      join(emscripten, name),
      `here=$(cd "$(dirname "$0")" && pwd)\n` +
        `export EM_CONFIG="$here/../../../emscripten.config"\n` +
        `exec /usr/bin/python3 -E "$here/${file}" "$@"`,
    );
  }
  // tools/acorn-optimizer.mjs imports `acorn`, and ES module resolution ignores NODE_PATH.
  rmSync(join(emscripten, 'node_modules'), { recursive: true, force: true });
  symlinkSync(join('..', 'nodejs'), join(emscripten, 'node_modules'));
}

const kToolchainName = `toolchain-debian13-${kRecipe}`;

/**
 * Emscripten, flatc, the FlatBuffers and FXdiv headers and pthreadpool's source.
 * @returns {Promise<{emscripten: string, flatc: string, includes: string, pthreadpool: string}>}
 */
export async function ensureDebianToolchain() {
  const complete = join(cacheFolder, kToolchainName);
  // Asking dpkg costs more than a look at the two things that matter.
  if (!existsSync(complete) || !existsSync('/usr/lib/llvm-19/bin/wasm-ld')) {
    await installPackages(kSystemPackages, 'the compilers that Emscripten drives');
  }
  const folder = await makeOnce(kToolchainName, async (target) => {
    const scratch = join(target, 'apt');
    const apt = await privateApt(scratch, kSuite);
    const packages = [...kEmscriptenPackages, ...kDependencyPackages, ...kRuntimePackages];
    await apt.unpack(packages, target, kUnwanted);
    await apt.unpackSource('pthreadpool', join(target, 'pthreadpool'));
    wrapPrograms(target);
    wrapEmscripten(target);
    await capture(join(target, emscriptenPart, 'emcc'), ['--version']);
    await capture(join(target, 'bin', 'flatc'), ['--version']);
    rmSync(scratch, { recursive: true });
  });
  return dependencyPaths(folder, join(folder, emscriptenPart));
}

/**
 * The same without Emscripten, for a machine with apt that has a good `emcc` of its own.
 */
export async function ensureDebianDependencies() {
  const folder = await makeOnce(`dependencies-debian13-${kRecipe}`, async (target) => {
    const scratch = join(target, 'apt');
    const apt = await privateApt(scratch, kSuite);
    await apt.unpack([...kDependencyPackages, ...kRuntimePackages], target, kUnwanted);
    await apt.unpackSource('pthreadpool', join(target, 'pthreadpool'));
    wrapPrograms(target);
    await capture(join(target, 'bin', 'flatc'), ['--version']);
    rmSync(scratch, { recursive: true });
  });
  return dependencyPaths(folder, undefined);
}

function dependencyPaths(folder, emscripten) {
  return {
    emscripten,
    flatc: join(folder, 'bin', 'flatc'),
    // Only these two projects' headers: the folder holds Debian 13's C headers nowhere.
    includes: join(folder, 'usr', 'include'),
    pthreadpool: join(folder, 'pthreadpool'),
  };
}
