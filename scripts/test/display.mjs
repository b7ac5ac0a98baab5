// A display that nobody sees, for browsers that need one: WebKitGTK always, and Firefox for WebGL,
// which it does not have headless.

import { findProgram } from '../setup/process.mjs';
import { startCompanion, until } from './companion.mjs';

/** Seconds for what takes one on an idle machine. */
const kPatience = 60;

/** The display server, undefined when it is not installed. */
export function displayServer() {
  return findProgram('Xvfb');
}

/**
 * Starts a display. The server finds a free number by itself and says which.
 * @returns {Promise<{name: string, stop: () => Promise<void>}>} the name is what DISPLAY shall be
 */
export async function startDisplay() {
  const screen = ['-screen', '0', '1280x1024x24', '-nolisten', 'tcp'];
  const server = startCompanion(displayServer() ?? 'Xvfb', ['-displayfd', '1', ...screen]);
  const number = await until(
    () => /^\d+$/m.exec(server.said())?.[0],
    kPatience,
    () => `Xvfb did not start: ${server.said()}`,
  );
  return { name: `:${number}`, stop: server.stop };
}
