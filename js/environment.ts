// What this machine and page can do, and which build of the engine runs on it. Every choice comes
// with its reason, which ends up in explain().

import { relaxedSimd, simd, threads } from 'wasm-feature-detect';
import { platform } from '#platform';
import { FiligreeError } from './errors.js';

/** The builds of the engine. */
export type Variant = 'simd' | 'simd-threads' | 'relaxed' | 'relaxed-threads';

/** What the caller asks for. */
export interface BuildWish {
  variant: 'auto' | 'simd' | 'relaxed';
  threads: 'auto' | number;
}

export interface Environment {
  simd: boolean;
  relaxed: boolean;
  /** Shared memory and atomics in WebAssembly. */
  threads: boolean;
  /** Whether memory may be shared with workers: cross-origin isolation; always in Node. */
  isolated: boolean;
  /** Hardware threads; 1 when unknown. */
  cores: number;
}

export interface BuildChoice {
  variant: Variant;
  threads: number;
  reasons: { variant: string; threads: string };
}

const kMaxAutoThreads = 4;
const kMaxThreads = 64;

/** A function of one `f32x4.relaxed_madd`. */
// biome-ignore format: bytes
const kMaddModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 17, 65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 11,
]);

/** What the browser's compiler knows; it takes a millisecond to find out, and does not change. */
let features: Promise<[boolean, boolean, boolean]> | undefined;

/**
 * Detects what is there. Relaxed SIMD that was asked for is tried rather than believed: Node 20 has
 * it behind a flag that can still be set.
 */
export async function detectEnvironment(wish: BuildWish): Promise<Environment> {
  features ??= Promise.all([simd(), relaxedSimd(), threads()]);
  const [hasSimd, hasRelaxed, hasThreads] = await features;
  const relaxed = hasRelaxed || (wish.variant === 'relaxed' && triesRelaxed());
  const { isolated, cores } = platform;
  return { simd: hasSimd, relaxed, threads: hasThreads, isolated: isolated(), cores: cores() };
}

function triesRelaxed(): boolean {
  platform.enableRelaxedSimd?.();
  return WebAssembly.validate(kMaddModule);
}

/**
 * Chooses a build and a number of threads.
 * @throws FiligreeError `unsupported-environment` without SIMD, `bad-input` for a wish that makes no
 * sense. Anything else that is missing is a fallback.
 */
export function chooseBuild(environment: Environment, wish: BuildWish): BuildChoice {
  checkWish(wish);
  if (!environment.simd) {
    throw new FiligreeError(
      'unsupported-environment',
      'WebAssembly SIMD is missing here: filigree needs Chrome 91, Firefox 90, Safari 16.4, ' +
        'Node 20 or newer',
    );
  }
  const [kind, variantReason] = chooseKind(environment, wish.variant);
  const [count, threadsReason] = chooseThreads(environment, wish.threads);
  return {
    variant: count > 1 ? `${kind}-threads` : kind,
    threads: count,
    reasons: { variant: variantReason, threads: threadsReason },
  };
}

function checkWish({ variant, threads: wished }: BuildWish): void {
  if (!['auto', 'simd', 'relaxed'].includes(variant)) {
    throw new FiligreeError(
      'bad-input',
      `option variant: expected 'auto', 'simd' or 'relaxed', got ${JSON.stringify(variant)}`,
    );
  }
  const isCount = Number.isInteger(wished) && Number(wished) >= 1 && Number(wished) <= kMaxThreads;
  if (wished !== 'auto' && !isCount) {
    throw new FiligreeError(
      'bad-input',
      `option threads: expected 'auto' or a whole number from 1 to ${kMaxThreads}, got ${wished}`,
    );
  }
}

function chooseKind(has: Environment, wish: BuildWish['variant']): ['simd' | 'relaxed', string] {
  if (wish === 'simd') return ['simd', 'asked for'];
  if (wish === 'relaxed' && has.relaxed) return ['relaxed', 'asked for'];
  if (has.relaxed) return ['relaxed', 'relaxed SIMD is there'];
  const fallback = wish === 'relaxed' ? 'relaxed was asked for, but ' : '';
  return ['simd', `${fallback}relaxed SIMD is missing here`];
}

function chooseThreads(has: Environment, wish: BuildWish['threads']): [number, string] {
  if (wish === 1) return [1, 'asked for'];
  const obstacle = !has.isolated
    ? 'the page is not cross-origin isolated'
    : !has.threads && 'WebAssembly threads are missing here';
  if (obstacle) return [1, wish === 'auto' ? obstacle : `${wish} were asked for, but ${obstacle}`];
  if (wish !== 'auto') return [wish, 'asked for'];
  const count = Math.max(1, Math.min(kMaxAutoThreads, has.cores));
  return [count, `${has.cores} cores, of which at most ${kMaxAutoThreads} are used unasked`];
}
