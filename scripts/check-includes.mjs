// Includes inside src/ point one way only: a file may include its own layer and the layers that the
// table names, and nothing else. The table is the picture in ARCHITECTURE.md.

import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesBelow } from './build/stamp.mjs';
import { rootFolder } from './setup/paths.mjs';
import { runMain } from './setup/step.mjs';

/**
 * Layers from low to high; the key is the folder below src/ (`.`: files directly in src/). A layer
 * sees the ones it names, not what those see.
 * @type {Record<string, string[]>}
 */
const kLayers = {
  '.': [],
  ref: ['.'],
  wasm_simd: ['.', 'ref'],
  graph: ['.'],
  tflite: ['.', 'graph'],
  ops: ['.', 'graph', 'ref', 'wasm_simd'],
  plan: ['.', 'graph', 'ops'],
  engine: ['.', 'graph', 'tflite', 'ops', 'plan'],
  prune: ['.', 'graph', 'tflite', 'ops', 'plan', 'engine'],
  bindings: ['.', 'graph', 'tflite', 'ops', 'plan', 'engine', 'prune'],
};

const sourceFolder = join(rootFolder, 'src');
const bindingFolder = join(rootFolder, 'js', 'bindings');

function layerOf(file) {
  if (file.startsWith(bindingFolder + sep)) return 'bindings';
  const parts = relative(sourceFolder, file).split(sep);
  return parts.length === 1 ? '.' : parts[0];
}

/** The layer of an include like "graph/graph.h", or undefined for system and generated headers. */
function layerOfInclude(path, files) {
  const inSource = join(sourceFolder, path);
  return files.has(inSource) ? layerOf(inSource) : undefined;
}

/** @returns {string[]} one line for each include that points the wrong way */
export function checkIncludes() {
  const paths = [...filesBelow(sourceFolder), ...filesBelow(bindingFolder)];
  const sources = paths.filter((file) => /\.(cpp|h)$/.test(file));
  const files = new Set(sources);
  const errors = [];
  for (const file of sources) {
    const layer = layerOf(file);
    const name = relative(rootFolder, file);
    const allowed = kLayers[layer];
    if (!allowed) {
      errors.push(`${name}: the folder ${layer}/ is in no layer of scripts/check-includes.mjs`);
      continue;
    }
    const lines = readFileSync(file, 'utf8').split('\n');
    lines.forEach((line, i) => {
      const path = /^\s*#\s*include\s*"([^"]+)"/.exec(line)?.[1];
      const target = path && layerOfInclude(path, files);
      if (!target || target === layer || allowed.includes(target)) return;
      errors.push(`${name}:${i + 1}: ${layer}/ must not include ${target}/ ("${path}")`);
    });
  }
  return errors;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const errors = checkIncludes();
    for (const error of errors) process.stderr.write(`${error}\n`);
    return errors.length > 0 ? 1 : 0;
  });
}
