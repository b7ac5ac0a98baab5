// Where files are in browsers.

import { FiligreeError } from '../errors.js';

/**
 * The absolute URL of what the caller named.
 * @throws FiligreeError `bad-input`
 */
export function absoluteUrl(url: string | URL, option: string): string {
  const here = typeof document !== 'undefined' ? document.baseURI : location.href;
  try {
    return new URL(url, here).href;
  } catch (cause) {
    throw new FiligreeError('bad-input', `${option}: expected a URL, got ${url}`, { cause });
  }
}

/** `baseUrl` as an absolute URL with a slash at the end. */
export function folderUrl(folder: string | URL): string {
  const url = absoluteUrl(folder, 'baseUrl');
  return url.endsWith('/') ? url : `${url}/`;
}

/**
 * Vite's server, up to version 7, puts the script of a package into a folder of its own in
 * development and forgets the files beside it. They are still where npm put them.
 */
export function whereItIs({ href }: URL): URL {
  return new URL(href.replace('/node_modules/.vite/deps/', '/node_modules/filigree/dist/'));
}
