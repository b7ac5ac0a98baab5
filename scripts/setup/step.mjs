// One line for each step of the set-up: what was done and how long it took.

import { SetupError } from './process.mjs';

/** @type {{title: string, seconds: number}[]} */
const finished = [];

/**
 * Runs a step and prints its line.
 * @template T
 * @param {string} title what the step does, said in one line
 * @param {(note: (text: string) => void) => Promise<T> | T} work `note` adds a remark to the line
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  const remarks = /** @type {string[]} */ ([]);
  const line = () => (remarks.length > 0 ? `${title}: ${remarks.join(', ')}` : title);
  // On a terminal the person sees at once what a slow step is about.
  if (process.stderr.isTTY) process.stderr.write(`· ${title} …`);
  const clear = process.stderr.isTTY ? '\r\x1b[2K' : '';
  try {
    const result = await work((text) => remarks.push(text));
    const seconds = (performance.now() - started) / 1000;
    finished.push({ title, seconds });
    process.stderr.write(`${clear}✓ ${line()} (${seconds.toFixed(seconds < 1 ? 2 : 1)} s)\n`);
    return result;
  } catch (error) {
    const seconds = (performance.now() - started) / 1000;
    process.stderr.write(`${clear}✗ ${line()} (${seconds.toFixed(1)} s)\n`);
    throw error;
  }
}

/** All steps finished so far, for a driver's summary. */
export function finishedSteps() {
  return finished;
}

/**
 * Runs a driver: an error becomes a message and exit code 1, never a stack trace for a person who
 * only lacks a package.
 * @param {() => Promise<number | void>} main returns the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const isKnown = error instanceof SetupError;
    const text = error instanceof Error && !isKnown ? error.stack : String(error);
    process.stderr.write(`\n${text}\n`);
    process.exitCode = 1;
  }
}
