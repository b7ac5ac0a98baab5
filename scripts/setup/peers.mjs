// tfjs-tflite, for the comparison alone: its package asks for all of TensorFlow.js beside it, which
// its WebAssembly does without, so that it is unpacked instead of installed.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder } from './paths.mjs';
import { capture } from './process.mjs';

const kPackage = '@tensorflow/tfjs-tflite@0.0.1-alpha.10';

/** The engine's folder becomes build/peers/tfjs-tflite. npm checks what it downloads. */
export async function ensurePeers(note) {
  const folder = join(buildFolder, 'peers');
  const target = join(folder, 'tfjs-tflite');
  if (existsSync(target)) return;
  mkdirSync(folder, { recursive: true });
  const { output } = await capture('npm', ['pack', '--silent', kPackage], { cwd: folder });
  const archive = output.trim().split('\n').at(-1) ?? '';
  await capture('tar', ['-xzf', archive], { cwd: folder });
  renameSync(join(folder, 'package'), target);
  rmSync(join(folder, archive));
  note(kPackage);
}
