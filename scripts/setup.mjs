// Set-up: everything between a fresh clone and a job that runs. As a program
// (`node scripts/setup.mjs [--tests]`) it does only that; the other drivers call `setUp` first.

import { fileURLToPath } from 'node:url';
import { buildSchema } from './build/schema.mjs';
import { buildTypeScript } from './build/typescript.mjs';
import { buildWasm } from './build/wasm.mjs';
import { ensureBrowsers } from './setup/browser.mjs';
import { ensureModels } from './setup/models.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { runMain, step } from './setup/step.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

/**
 * npm's packages, the toolchain, models and photographs.
 * @param {{forTests?: boolean}} [options] also what only the tests need
 * @returns {Promise<{
 *   flatc: string, emscripten: string, browsers?: import('./setup/browser.mjs').BrowserName[]
 * }>}
 */
export async function setUp({ forTests = false } = {}) {
  await step('npm packages', ensurePackages);
  const toolchain = await step('toolchain', (note) => ensureToolchain(forTests, note));
  await step('models and photographs', ensureModels);
  if (!forTests) return toolchain;
  await step('TypeScript of the TFLite schema', (note) => buildSchema(toolchain.flatc, note));
  const browsers = await step('browsers', ensureBrowsers);
  return { ...toolchain, browsers };
}

/** The package in dist/: the four engine builds and the TypeScript around them. */
export async function buildAll() {
  await step('engine builds', buildWasm);
  await step('TypeScript', buildTypeScript);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    await setUp({ forTests: process.argv.includes('--tests') });
  });
}
