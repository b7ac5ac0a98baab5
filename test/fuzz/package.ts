// The built package, as its users get it. Typed by its sources, so that type checking needs no build.

import type * as Package from '../../js/index.js';

const url = new URL('../../dist/node/index.js', import.meta.url);

export const { loadModel, FiligreeError } = (await import(url.href)) as typeof Package;
