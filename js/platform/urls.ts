// Where files are in browsers.

/** The absolute URL of a folder that the caller named, with a slash at the end. */
export function folderUrl(folder: string | URL): string {
  const here = typeof document !== 'undefined' ? document.baseURI : location.href;
  const url = new URL(folder, here).href;
  return url.endsWith('/') ? url : `${url}/`;
}

/**
 * Vite's server, up to version 7, puts the script of a package into a folder of its own in
 * development and forgets the files beside it. They are still where npm put them.
 */
export function whereItIs({ href }: URL): URL {
  return new URL(href.replace('/node_modules/.vite/deps/', '/node_modules/filigree/dist/'));
}
