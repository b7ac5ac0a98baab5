// The C++ unit tests: natively under the sanitizers, and as wasm in Node.

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPreset } from '../build/cmake.mjs';
import { nodeFlags } from '../setup/node_flags.mjs';
import { buildFolder, rootFolder } from '../setup/paths.mjs';
import { passThrough } from '../setup/process.mjs';
import { step } from '../setup/step.mjs';

const kTarget = 'filigree_unit_tests';

/** The wasm builds that the unit tests run in: without and with everything. */
const kWasmPresets = ['wasm-simd', 'wasm-relaxed-threads'];

/** GoogleTest's JSON report as counts. */
function countReport(file) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const { testsuite } of report.testsuites ?? []) {
    for (const test of testsuite) {
      if (test.failures) ++counts.failed;
      else if (test.result === 'SKIPPED' || test.status === 'NOTRUN') ++counts.skipped;
      else ++counts.passed;
    }
  }
  return counts;
}

/** Runs one test program; a crash, which leaves no report, is one failure. */
async function runProgram(preset, command, args) {
  const report = join(buildFolder, 'reports', `unit-${preset}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const code = await passThrough(
    command,
    [...args, '--gtest_brief=1', `--gtest_output=json:${report}`],
    {
      cwd: rootFolder,
      env: {
        ASAN_OPTIONS: 'strict_string_checks=1:detect_stack_use_after_return=1',
        UBSAN_OPTIONS: 'print_stacktrace=1',
      },
    },
  );
  const counts = existsSync(report) ? countReport(report) : { passed: 0, failed: 0, skipped: 0 };
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}

/** @returns {Promise<import('./counts.mjs').Counts>} */
export async function testNative() {
  await step('native unit tests, build', () => buildPreset('asan', [kTarget]));
  return runProgram('asan', join(buildFolder, 'asan', kTarget), []);
}

/** One suite for each wasm build. */
export const wasmSuites = kWasmPresets.map((preset) => ({
  name: preset,
  run: async () => {
    await step(`${preset} unit tests, build`, () => buildPreset(preset, [kTarget]));
    const program = join(buildFolder, preset, `${kTarget}.cjs`);
    return runProgram(preset, process.execPath, [...nodeFlags(), program]);
  },
}));
