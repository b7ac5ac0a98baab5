// Arguments: parsed strictly, with one kind of error for everything that is wrong usage.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { LoadOptions } from '../load.js';

/** Wrong usage: the program explains itself and ends with exit code 2. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options of a command that loads a model. */
export const kModelOptions = {
  variant: { type: 'string', default: 'auto' },
  sparse: { type: 'string', default: 'auto' },
  json: { type: 'boolean', default: false },
} as const satisfies Options;

/** @throws UsageError for unknown options and missing values */
export function parse<O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The one MODEL of a command. */
export function oneModel(positionals: string[]): string {
  const [model, ...rest] = positionals;
  if (model === undefined) throw new UsageError('MODEL is missing');
  if (rest.length > 0) throw new UsageError(`one MODEL is expected, got also ${rest.join(' ')}`);
  return model;
}

/** A value that must be one of a few words. */
export function choice<T extends string>(flag: string, value: string, choices: readonly T[]): T {
  const found = choices.find((word) => word === value);
  if (found) return found;
  throw new UsageError(`--${flag} takes ${choices.join('|')}, got ${JSON.stringify(value)}`);
}

/** @throws UsageError unless the text is a whole number of at least `minimum` */
export function wholeNumber(flag: string, text: string, minimum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${flag} takes a whole number ≥ ${minimum}, got ${JSON.stringify(text)}`);
}

/** "127.5" or "123.7,116.3,103.5". */
export function numberOrList(flag: string, text: string): number | number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite)) {
    throw new UsageError(`--${flag} takes a number, or one for each channel: a,b,c; got ${text}`);
  }
  return values.length === 1 ? values[0] : values;
}

export const kVariants = ['auto', 'simd', 'relaxed'] as const;
export const kSparse = ['auto', 'never', 'always'] as const;

/** Options of loadModel from the flags that commands share. */
export function loadOptions(values: { variant: string; sparse: string }): LoadOptions {
  return {
    variant: choice('variant', values.variant, kVariants),
    sparse: choice('sparse', values.sparse, kSparse),
  };
}
