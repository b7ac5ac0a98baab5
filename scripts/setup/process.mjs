// Running other programs: every script starts its children through here, so that the way a failing
// command is reported is the same everywhere.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A set-up step that could not be done; `how` tells the person what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} message what was missing or failed
   * @param {string} [how] how to get it
   */
  constructor(message, how) {
    super(how ? `${message}\n  ${how.replaceAll('\n', '\n  ')}` : message);
    this.name = 'Set-up';
  }
}

/**
 * How much of a failed command's output is shown: compilers and npm say why at the beginning, apt and
 * linkers at the end.
 */
const kShownFirstLines = 40;
const kShownLastLines = 40;

function excerpt(output) {
  const lines = output.trimEnd().split('\n');
  const left = lines.length - kShownFirstLines - kShownLastLines;
  if (left <= 0) return lines.join('\n');
  return [
    ...lines.slice(0, kShownFirstLines),
    `… ${left} lines left out …`,
    ...lines.slice(-kShownLastLines),
  ].join('\n');
}

/**
 * Runs a command to its end and returns what it printed. Output is shown only when it fails, since
 * each step promises one line.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string | undefined>, allowFailure?: boolean}} [options]
 * @returns {Promise<{code: number, output: string}>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) =>
      reject(new SetupError(`cannot start ${command}: ${error.message}`)),
    );
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString();
      if (code === 0 || (options.allowFailure && code !== null)) {
        resolve({ code: code ?? 1, output });
        return;
      }
      const shown = excerpt(output);
      const ending = signal ? `ended by ${signal}` : `exit code ${code}`;
      reject(new SetupError(`${[command, ...args].join(' ')}: ${ending}\n${shown}`));
    });
  });
}

/**
 * Runs a command that talks to the person directly and returns its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string | undefined>}} [options]
 * @returns {Promise<number>}
 */
export function passThrough(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) =>
      reject(new SetupError(`cannot start ${command}: ${error.message}`)),
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * The full path of a program on PATH, or undefined.
 * @param {string} name
 */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder: look in the next one.
    }
  }
  return undefined;
}
