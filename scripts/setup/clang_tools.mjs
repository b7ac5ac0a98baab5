// clang-format and clang-tidy of one fixed version: another version formats differently.

import { installPackages } from './apt.mjs';
import { findProgram } from './process.mjs';

async function ensureProgram(name) {
  const found = findProgram(name);
  if (found) return found;
  await installPackages([name], name);
  return name;
}

export const ensureFormatter = () => ensureProgram('clang-format-19');
export const ensureTidy = () => ensureProgram('clang-tidy-19');
