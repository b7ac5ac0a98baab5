// Writes random models for plan_generated_models_test.cpp, which runs them natively under the
// sanitizers and as wasm: `write_models.ts FOLDER`. Always the same ones.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateModel } from '../generator/generate.js';

/** As many as the C++ test expects. */
const kModels = 60;

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('write_models.ts FOLDER');
mkdirSync(folder, { recursive: true });

let seed = 5000;
for (let written = 0; written < kModels; ++seed) {
  const options = { sizes: seed % 3 === 0 ? 'large' : 'usual' } as const;
  const { bytes, description } = generateModel(seed, options);
  // The sign of what is almost zero is a matter of rounding, in which sets of kernels differ.
  if (description.includes('SIGN_BIT')) continue;
  writeFileSync(join(folder, `model_${written++}.tflite`), bytes);
}
