// The engine's four WebAssembly builds, and their glue, from build/ into dist/.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder, distFolder } from '../setup/paths.mjs';
import { SetupError } from '../setup/process.mjs';
import { buildPreset, kVariants } from './cmake.mjs';
import { minifyScript } from './minify.mjs';

/** Written only when it changed, so that nobody who watches dist/ works for nothing. */
function publish(bytes, target) {
  if (existsSync(target) && readFileSync(target).equals(bytes)) return;
  writeFileSync(target, bytes);
}

/**
 * TypeScript makes every instance. The ways in which the glue would fetch and compile a build by
 * itself follow behind, and are a tenth of it. Where another Emscripten writes this otherwise, they
 * stay. So they do without threads: what is smaller than 4 KB Vite would write into a URL.
 */
const kOwnInstance =
  /if\(Module\["instantiateWasm"\]\)\{try\{(return Module\["instantiateWasm"\]\(\w+,\w+\))\}.*?return\{\}\}/s;

/** Emscripten leaves the glue's own names as long as they were: a third of what a page would load. */
async function minify(glue, variant) {
  const needed = variant.endsWith('-threads') ? glue.replace(kOwnInstance, '$1}') : glue;
  return Buffer.from((await minifyScript(needed)).code);
}

async function publishVariant(variant) {
  const name = `filigree-${variant}`;
  const part = (folder, suffix) => join(buildFolder, 'wasm', folder, name + suffix);
  // One .wasm serves both: only the JavaScript around it differs between browsers and Node.
  const web = readFileSync(part('web', '.wasm'));
  if (!web.equals(readFileSync(part('node', '.wasm')))) {
    throw new SetupError(`${name}.wasm differs between the web and the Node link`);
  }
  publish(web, join(distFolder, `${name}.wasm`));
  publish(
    await minify(readFileSync(part('web', '.js'), 'utf8'), variant),
    join(distFolder, `${name}.js`),
  );
  publish(readFileSync(part('node', '.js')), join(distFolder, 'node', `${name}.js`));
  return `${variant} ${(statSync(part('web', '.wasm')).size / 1000).toFixed(0)} kB`;
}

/**
 * @param {(text: string) => void} note
 */
export async function buildWasm(note) {
  const changed = await buildPreset('wasm', ['modules']);
  mkdirSync(join(distFolder, 'node'), { recursive: true });
  const sizes = await Promise.all(kVariants.map(publishVariant));
  if (changed) note(sizes.join(', '));
}
