// The command line of the fuzzer.

import { parseArgs } from 'node:util';
import { type Configuration, combine } from './configurations.js';

export const usage = `npm run fuzz:ops -- [options]
  --count N        graphs (default 200)
  --seed S         seed of the first graph; the others follow (default 1)
  --model FILE     this file instead of generated graphs; its inputs' seed is the last number in its
                   name, or --seed
  --variant LIST   simd,relaxed (default: both)
  --threads LIST   (default: 1,3)
  --sparse LIST    auto,always,never (default: all)
  --jobs N         processes (default: 2)`;

export interface Arguments {
  readonly count: number;
  readonly seed: number | undefined;
  readonly model: string | undefined;
  readonly jobs: number;
  readonly configurations: readonly Configuration[];
}

/** Why the arguments make no sense. */
export class UsageError extends Error {}

function wholeNumber(name: string, text: string, low: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low) return value;
  throw new UsageError(`--${name}: expected a whole number ≥ ${low}, got ${text}`);
}

function listOf<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  return text.split(',').map((item) => {
    const found = known.find((one) => one === item);
    if (!found) throw new UsageError(`--${name}: expected ${known.join(' or ')}, got ${item}`);
    return found;
  });
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: {
        count: { ...text, default: '200' },
        seed: text,
        model: text,
        variant: { ...text, default: 'simd,relaxed' },
        threads: { ...text, default: '1,3' },
        sparse: { ...text, default: 'auto,always,never' },
        jobs: { ...text, default: '2' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError */
export function readArguments(args: string[]): Arguments {
  const values = parse(args);
  return {
    count: wholeNumber('count', values.count, 1),
    seed: values.seed === undefined ? undefined : wholeNumber('seed', values.seed, 0),
    model: values.model,
    jobs: wholeNumber('jobs', values.jobs, 1),
    configurations: combine({
      variants: listOf('variant', values.variant, ['simd', 'relaxed']),
      threads: values.threads.split(',').map((count) => wholeNumber('threads', count, 1)),
      sparse: listOf('sparse', values.sparse, ['auto', 'always', 'never']),
    }),
  };
}
