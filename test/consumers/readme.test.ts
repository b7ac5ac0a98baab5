// The README's first code, word for word, in a new Vite project without any configuration.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { modelFolder, photoFolder, rootFolder } from '../../scripts/setup/paths.mjs';
import { importTool, lineOf, makeProject, skip, type Vite } from './support/project.js';

const kPage = `<!doctype html><link rel="icon" href="data:,"><img src="/photo.jpg" alt="">
  <script type="module" src="/main.js"></script>`;

test('from the README to a result in a new Vite project', { skip }, async () => {
  const readme = readFileSync(join(rootFolder, 'README.md'), 'utf8');
  const code = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  assert.ok(code.trim().split('\n').length <= 8, code);
  const root = makeProject('readme', { 'index.html': kPage, 'main.js': code });
  mkdirSync(join(root, 'public'));
  const model = 'face_detection_full_range_sparse.tflite';
  cpSync(join(modelFolder, model), join(root, 'public', model));
  cpSync(join(photoFolder, 'sample1.jpg'), join(root, 'public', 'photo.jpg'));
  const { createServer } = await importTool<Vite>('vite');
  const server = await createServer({ root, configFile: false, logLevel: 'error' });
  try {
    await server.listen();
    const line = await lineOf(server.resolvedUrls.local[0], /Float32Array/);
    assert.match(line, /^\[1, 2304, 16\] Float32Array\(36864\)/);
  } finally {
    await server.close();
  }
});
