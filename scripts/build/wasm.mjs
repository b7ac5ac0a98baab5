// The engine's four WebAssembly builds, and their glue, from build/ into dist/.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, distFolder } from '../setup/paths.mjs';
import { SetupError } from '../setup/process.mjs';
import { buildPreset, kVariants } from './cmake.mjs';

/** Written only when it changed, so that nobody who watches dist/ works for nothing. */
function publish(source, target) {
  const bytes = readFileSync(source);
  if (existsSync(target) && readFileSync(target).equals(bytes)) return;
  writeFileSync(target, bytes);
}

function publishVariant(variant) {
  const name = `filigree-${variant}`;
  const part = (folder, suffix) => join(buildFolder, 'wasm', folder, name + suffix);
  // One .wasm serves both: only the JavaScript around it differs between browsers and Node.
  const web = readFileSync(part('web', '.wasm'));
  if (!web.equals(readFileSync(part('node', '.wasm')))) {
    throw new SetupError(`${name}.wasm differs between the web and the Node link`);
  }
  publish(part('web', '.wasm'), join(distFolder, `${name}.wasm`));
  publish(part('web', '.js'), join(distFolder, `${name}.js`));
  publish(part('node', '.js'), join(distFolder, 'node', `${name}.js`));
  return `${variant} ${(statSync(part('web', '.wasm')).size / 1000).toFixed(0)} kB`;
}

/**
 * @param {(text: string) => void} note
 */
export async function buildWasm(note) {
  const changed = await buildPreset('wasm', ['modules']);
  mkdirSync(join(distFolder, 'node'), { recursive: true });
  const sizes = kVariants.map(publishVariant);
  if (changed) note(sizes.join(', '));
}
