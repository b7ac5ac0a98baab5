// A program that runs beside a test and never outlives it.

import { spawn } from 'node:child_process';

/**
 * The shell waits for the end of its input, which comes when the companion is stopped, and also when
 * this process dies in whatever way. SIGKILL: nothing of what these programs keep is wanted.
 */
const kGuard = '"$@" </dev/null & child=$!; read -r _; kill -9 $child; wait $child';

/** How much of what a program said is kept, for when it fails. */
const kKeptCharacters = 4000;

/**
 * Starts a program (not on Windows, where none is needed).
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env] beside this process' own
 */
export function startCompanion(program, args, env = {}) {
  const guard = spawn('sh', ['-c', kGuard, 'sh', program, ...args], {
    env: { ...process.env, ...env },
    // Its own process group: Ctrl-C in a terminal is for the tests, which stop it in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [guard.stdout, guard.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-kKeptCharacters);
    });
  }
  const closed = new Promise((resolve) => {
    guard.on('close', () => resolve(undefined));
  });
  return {
    /** What it printed, the latest of it. */
    said: () => said,
    /** Resolves when it and all who share its output are gone. */
    async stop() {
      guard.stdin.end();
      await closed;
    },
  };
}

/**
 * Asks again and again until there is an answer.
 * @template T
 * @param {() => Promise<T | undefined> | T | undefined} ask errors count as no answer
 * @param {number} seconds
 * @param {() => string} describe what to say when there is none in that time
 * @returns {Promise<T>}
 */
export async function until(ask, seconds, describe) {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    const answer = await Promise.resolve()
      .then(ask)
      .catch(() => undefined);
    if (answer !== undefined) return answer;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(describe());
}
