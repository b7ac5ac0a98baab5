// Which files are filigree's own C++.

import { join } from 'node:path';
import { rootFolder } from '../setup/paths.mjs';
import { filesBelow } from './stamp.mjs';

/** Sources and headers of the core, the C interface and the unit tests. */
export function cppFiles() {
  return ['src', join('js', 'bindings'), join('test', 'unit')]
    .flatMap((folder) => filesBelow(join(rootFolder, folder)))
    .filter((file) => /\.(cpp|h)$/.test(file));
}
