// The ways to run one model: build, number of threads, choice of kernels for layers with zeros.

import type { LoadOptions } from '../../js/index.js';

export interface Configuration {
  readonly variant: 'simd' | 'relaxed';
  readonly threads: number;
  readonly sparse: NonNullable<LoadOptions['sparse']>;
}

export interface ConfigurationLists {
  readonly variants?: readonly Configuration['variant'][];
  readonly threads?: readonly number[];
  readonly sparse?: readonly Configuration['sparse'][];
}

/** Every combination. Without anything said: all builds, 1 and 3 threads, all choices of kernels. */
export function combine({
  variants = ['simd', 'relaxed'],
  threads = [1, 3],
  sparse = ['auto', 'always', 'never'],
}: ConfigurationLists = {}): Configuration[] {
  return variants.flatMap((variant) =>
    threads.flatMap((count) => sparse.map((mode) => ({ variant, threads: count, sparse: mode }))),
  );
}

/** Which of the four builds has to run: the number of threads decides half of it. */
export function buildOf({ variant, threads }: Configuration): string {
  return threads > 1 ? `${variant}-threads` : variant;
}

/** As arguments of the fuzzer. */
export function configurationText({ variant, threads, sparse }: Configuration): string {
  return `--variant ${variant} --threads ${threads} --sparse ${sparse}`;
}
