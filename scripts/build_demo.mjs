// npm run build:demo: the demo as static files in build/demo, for any web server. Threads need the
// two headers that `_headers` has in the notation of several hosts; without them it runs on one.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kIsolationHeaders, modelsIn } from './serve.mjs';
import { buildFolder, distFolder, modelFolder, photoFolder, rootFolder } from './setup/paths.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

/** The page's scripts, and what they load; not what Node or a person reads. */
function isForPages(/** @type {string} */ name) {
  return /\.(js|wasm)$/.test(name) && name !== 'cli.js';
}

/**
 * The files of a folder that the pages name.
 * @param {string} folder
 * @param {string} pages all of their text
 */
function named(folder, pages) {
  return readdirSync(folder).filter((name) => pages.includes(name.replace(/\.tflite$/, '')));
}

/** Models that the pages name by parts: those of the hands page, and what the blur page looks for. */
const kNamedByParts = /^((palm_detection|hand_landmark)_|selfie_segmentation\w*_sparse)/;

await runMain(async () => {
  await setUp();
  await buildAll();
  const source = join(rootFolder, 'web', 'demo');
  const target = join(buildFolder, 'demo');
  rmSync(target, { recursive: true, force: true });
  cpSync(source, target, { recursive: true });
  const pages = readdirSync(source).map((name) => readFileSync(join(source, name), 'utf8'));
  const text = pages.join('\n');
  const others = modelsIn(modelFolder).filter((name) => kNamedByParts.test(name));
  const parts = {
    dist: [distFolder, readdirSync(distFolder).filter(isForPages)],
    models: [modelFolder, [...new Set([...named(modelFolder, text), ...others])]],
    photos: [photoFolder, readdirSync(photoFolder)],
  };
  for (const [folder, [from, names]] of Object.entries(parts)) {
    mkdirSync(join(target, folder));
    for (const name of names) cpSync(join(String(from), name), join(target, folder, name));
  }
  const models = join(target, 'models');
  writeFileSync(join(models, 'index.json'), JSON.stringify(modelsIn(models)));
  const headers = Object.entries(kIsolationHeaders).map(([name, value]) => `  ${name}: ${value}\n`);
  writeFileSync(join(target, '_headers'), `/*\n${headers.join('')}`);
  process.stdout.write(`demo: ${target}\n`);
});
