// The C++ unit tests: natively under the sanitizers, and as wasm in Node.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { buildPreset } from '../build/cmake.mjs';
import { nodeFlags } from '../setup/node_flags.mjs';
import { buildFolder, rootFolder } from '../setup/paths.mjs';
import { passThrough } from '../setup/process.mjs';
import { step } from '../setup/step.mjs';
import { addCounts, noCounts } from './counts.mjs';
import { writeGeneratedModels } from './generated_models.mjs';

/** Both sets of kernels; the builds with threads, so that they share the objects of the tests. */
const kWasmVariants = ['simd-threads', 'relaxed-threads'];

/** GoogleTest's JSON report as counts. */
function countReport(file) {
  const counts = noCounts();
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
async function runProgram(name, command, args, env = {}) {
  const report = join(buildFolder, 'reports', `${name}.json`);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const options = ['--gtest_brief=1', `--gtest_output=json:${report}`];
  const code = await passThrough(command, [...args, ...options], { cwd: rootFolder, env });
  const counts = existsSync(report) ? countReport(report) : noCounts();
  if (code !== 0 && counts.failed === 0) ++counts.failed;
  return counts;
}

/** A process for each core, each with its share of the tests (GoogleTest's sharding). */
async function runShares(name, command, env) {
  const shares = availableParallelism();
  const results = await Promise.all(
    Array.from({ length: shares }, (_, share) =>
      runProgram(`${name}_${share}`, command, [], {
        ...env,
        GTEST_TOTAL_SHARDS: String(shares),
        GTEST_SHARD_INDEX: String(share),
      }),
    ),
  );
  return results.reduce(addCounts, noCounts());
}

/** @returns {Promise<import('./counts.mjs').Counts>} */
export async function testNative() {
  const target = 'unit_tests_native';
  await step('native unit tests, build', () => buildPreset('asan', [target]));
  await step('random models for the unit tests', writeGeneratedModels);
  return runShares(target, join(buildFolder, 'asan', target), {
    ASAN_OPTIONS: 'strict_string_checks=1:detect_stack_use_after_return=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  });
}

/** One suite for each wasm build. */
export const wasmSuites = kWasmVariants.map((variant) => ({
  name: `wasm unit tests, ${variant}`,
  run: async () => {
    const targets = kWasmVariants.map((each) => `unit_tests_${each}`);
    await step('wasm unit tests, build', () => buildPreset('wasm', targets));
    await step('random models for the unit tests', writeGeneratedModels);
    const target = `unit_tests_${variant}`;
    const program = join(buildFolder, 'wasm', `${target}.cjs`);
    return runProgram(target, process.execPath, [...nodeFlags(), program]);
  },
}));

/** How long a program may take that shall end by itself: a hundred times what it needs. */
const kHangs = 60_000;

/** A thread that traps ends the program with its error, instead of being waited for for ever. */
export async function testTrappingThread() {
  const target = 'trapping_thread';
  await step('trapping thread, build', () => buildPreset('wasm', [target]));
  const program = join(buildFolder, 'wasm', `${target}.cjs`);
  const { error, status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags(), program], {
    encoding: 'utf8',
    timeout: kHangs,
  });
  const isRight = !error && status !== 0 && stdout === '' && /unreachable/.test(stderr);
  if (!isRight) process.stdout.write(`${error ?? `exit ${status}`}\n${stdout}${stderr}\n`);
  return { ...noCounts(), [isRight ? 'passed' : 'failed']: 1 };
}
