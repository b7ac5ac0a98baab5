// flatc, FlatBuffers' headers, pthreadpool and FXdiv (for tests also GoogleTest and SIMDe) from
// upstream, for machines without apt.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './once.mjs';
import { rootFolder } from './paths.mjs';
import { capture, findProgram, SetupError } from './process.mjs';

/** Raised whenever cmake/fetch changes. */
const kRecipe = 1;

/**
 * @param {boolean} forTests
 */
export async function ensureUpstreamDependencies(forTests) {
  for (const program of ['cmake', 'ninja', 'git', 'c++']) {
    if (findProgram(program)) continue;
    throw new SetupError(
      `${program} is missing: without apt, the dependencies are compiled from upstream's source`,
      'Install CMake 3.25 or newer, Ninja, git and a C++ compiler.',
    );
  }
  const name = `dependencies-upstream-${kRecipe}${forTests ? '-tests' : ''}`;
  const folder = await makeOnce(name, async (target) => {
    const build = join(target, 'build');
    await capture('cmake', [
      ...['-G', 'Ninja', '-S', join(rootFolder, 'cmake', 'fetch'), '-B', build],
      '-DCMAKE_BUILD_TYPE=Release',
      `-DFETCH_PREFIX=${target}`,
      `-DFETCH_FOR_TESTS=${forTests ? 'ON' : 'OFF'}`,
    ]);
    await capture('cmake', ['--build', build, '--target', 'flatc']);
    await capture('cmake', ['--install', build]);
    rmSync(build, { recursive: true });
  });
  return {
    flatc: join(folder, 'bin', 'flatc'),
    includes: join(folder, 'include'),
    pthreadpool: join(folder, 'pthreadpool'),
    googletest: forTests ? join(folder, 'googletest') : undefined,
    simde: forTests ? join(folder, 'include') : undefined,
  };
}
