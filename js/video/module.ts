// Drawing by a module of the caller's.

import { FiligreeError, messageOf } from '../errors.js';
import type { Draw } from './track_loop.js';

/** `import(url)`, put in by the build, see platform/web.ts. */
declare function importUnbundled<T>(url: string): Promise<T>;

/** @param url of a module whose default export draws; when it cannot be had, each drawing fails */
export function drawOfModule(url: string): Draw {
  const module = importUnbundled<{ default: Draw }>(url).catch((error) => {
    const text = `the module that draws, ${url}, could not be loaded: ${messageOf(error)}`;
    throw new FiligreeError('fetch-failed', text, { cause: error });
  });
  // Told with the first frame.
  module.catch(() => {});
  return async (context, frame, outputs) => (await module).default(context, frame, outputs);
}
