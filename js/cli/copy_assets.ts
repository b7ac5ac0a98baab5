// `filigree copy-assets`: the engine's files into a folder that is served, for those who host them
// elsewhere than beside the page's script, or whose bundler does not follow `new URL(…)`.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platform } from '#platform';
import type { Variant } from '../environment.js';
import { FiligreeError, messageOf } from '../errors.js';
import { bytesText, print, printJson, table } from './output.js';
import { parse, UsageError } from './usage.js';

export const kCopyAssetsUsage = `  filigree copy-assets DIR [--json]
      (what a page loads besides its own script; then loadModel(…, { baseUrl: URL of DIR }))`;

const kBuilds: Variant[] = ['simd', 'simd-threads', 'relaxed', 'relaxed-threads'];

/**
 * All that js/platform/web.ts and js/video/remote_track.ts name: which of them a browser loads is seen
 * only there.
 */
const kAssets = [
  'worker.js',
  'video.js',
  ...kBuilds.flatMap((build) => [`filigree-${build}.js`, `filigree-${build}.wasm`]),
];

export async function copyAssets(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, { json: { type: 'boolean', default: false } });
  const [folder, ...rest] = positionals;
  if (folder === undefined) throw new UsageError('DIR is missing');
  if (rest.length > 0) throw new UsageError(`one DIR is expected, got also ${rest.join(' ')}`);
  const assets = await Promise.all(kAssets.map(readAsset));
  try {
    await mkdir(folder, { recursive: true });
    await Promise.all(assets.map(({ name, bytes }) => writeFile(join(folder, name), bytes)));
  } catch (error) {
    const message = `${folder}: expected a folder that can be written to: ${messageOf(error)}`;
    throw new FiligreeError('bad-input', message, { cause: error });
  }
  const copied = assets.map(({ name, bytes }) => ({ name, bytes: bytes.byteLength }));
  if (values.json) return printJson(copied);
  const rows = copied.map(({ name, bytes }) => [name, bytesText(bytes)]);
  print(`${table(['file', 'size'], rows, ['size'])}\n${rows.length} files copied to ${folder}`);
}

async function readAsset(name: string): Promise<{ name: string; bytes: Uint8Array }> {
  const url = new URL(name, platform.wasmUrl('simd', undefined));
  try {
    return { name, bytes: await readFile(url) };
  } catch (error) {
    const hint = 'is the package complete? Install it again';
    throw new FiligreeError('fetch-failed', `${url}: ${messageOf(error)} (${hint})`, {
      cause: error,
    });
  }
}
