// The demo as static files in build/demo. Its pages are minified, and each has one script: what
// web/demo has in small files would be a request each.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kIsolationHeaders, modelsIn } from '../serve.mjs';
import { buildFolder, distFolder, modelFolder, photoFolder, rootFolder } from '../setup/paths.mjs';
import { minifyScript } from './minify.mjs';

const sourceFolder = join(rootFolder, 'web', 'demo');

/** The root of any server for it. */
export const demoFolder = join(buildFolder, 'demo');

/** The package's scripts, and what they load; not what Node or a person reads. */
function isForPages(/** @type {string} */ name) {
  return /\.(js|wasm)$/.test(name) && name !== 'cli.js';
}

/** A script's last line, which names a file for persons. */
const kMapLine = /\/\/# sourceMappingURL=\S+\s*$/;

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

/** What pages load by a name: their script and style, and scripts for later, which stay apart. */
const kLoaded = /(?:src="|href="|await import\('\.\/)(\w+\.(?:js|css))/g;

/** @param {string} pages all of their text */
async function bundlePages(pages) {
  const entries = new Set([...pages.matchAll(kLoaded)].map(([, name]) => name));
  // Here, since a fresh clone has none before its set-up.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [...entries].map((name) => join(sourceFolder, name)),
    outdir: demoFolder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
    // The package is found through the pages' import maps.
    external: ['filigree', 'filigree/video'],
    plugins: [leaveForLater],
    write: false,
  });
  for (const { path, text } of outputFiles) {
    writeFileSync(path, path.endsWith('.js') ? (await minifyScript(text)).code : text);
  }
}

/** @type {import('esbuild').Plugin} */
const leaveForLater = {
  name: 'what is imported later stays apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** A page without its indentation. */
function compact(/** @type {string} */ html) {
  return html.replace(/\n\s*/g, '\n');
}

/** Copies a file; of a script all but the line that names its map, which stays behind. */
function copy(/** @type {string} */ from, /** @type {string} */ to) {
  if (!from.endsWith('.js')) cpSync(from, to);
  else writeFileSync(to, readFileSync(from, 'utf8').replace(kMapLine, ''));
}

/** Writes all of it, from the package in dist/. */
export async function buildDemo() {
  rmSync(demoFolder, { recursive: true, force: true });
  mkdirSync(demoFolder, { recursive: true });
  const pages = readdirSync(sourceFolder).map((name) => ({
    name,
    text: readFileSync(join(sourceFolder, name), 'utf8'),
  }));
  const text = pages.map((page) => page.text).join('\n');
  await bundlePages(text);
  for (const page of pages.filter(({ name }) => name.endsWith('.html'))) {
    writeFileSync(join(demoFolder, page.name), compact(page.text));
  }
  const others = modelsIn(modelFolder).filter((name) => kNamedByParts.test(name));
  const parts = {
    dist: [distFolder, readdirSync(distFolder).filter(isForPages)],
    models: [modelFolder, [...new Set([...named(modelFolder, text), ...others])]],
    photos: [photoFolder, readdirSync(photoFolder)],
  };
  for (const [folder, [from, names]] of Object.entries(parts)) {
    mkdirSync(join(demoFolder, folder));
    for (const name of names) copy(join(String(from), name), join(demoFolder, folder, name));
  }
  const models = join(demoFolder, 'models');
  writeFileSync(join(models, 'index.json'), JSON.stringify(modelsIn(models)));
  const headers = Object.entries(kIsolationHeaders).map(([name, value]) => `  ${name}: ${value}\n`);
  writeFileSync(join(demoFolder, '_headers'), `/*\n${headers.join('')}`);
}
