// What explain() shall say of the build and the threads, in an engine that has this and lacks that.

import type { Capabilities } from './engines.js';

/** Each of the builds, asked for. */
export const kWishes = [
  { variant: 'simd', threads: 1 },
  { variant: 'relaxed', threads: 1 },
  { variant: 'simd', threads: 2 },
  { variant: 'relaxed', threads: 2 },
] as const;

type Wish = (typeof kWishes)[number];

type Has = Pick<Capabilities, 'relaxedSimd' | 'threads'>;

export function expectedBuild({ variant, threads }: Wish, has: Has, isolated: boolean) {
  const kind = variant === 'relaxed' && has.relaxedSimd ? 'relaxed' : 'simd';
  const obstacle = !isolated
    ? 'the page is not cross-origin isolated'
    : !has.threads && 'WebAssembly threads are missing here';
  const isAlone = threads === 1 || obstacle;
  return {
    variant: isAlone ? kind : `${kind}-threads`,
    threads: isAlone ? 1 : threads,
    reasons: {
      variant:
        kind === variant ? 'asked for' : 'relaxed was asked for, but relaxed SIMD is missing here',
      threads: threads > 1 && obstacle ? `${threads} were asked for, but ${obstacle}` : 'asked for',
    },
  };
}

/** The names of all builds that an engine has. */
export function buildsOf(has: Has): string[] {
  return [...new Set(kWishes.map((wish) => expectedBuild(wish, has, true).variant))].sort();
}
