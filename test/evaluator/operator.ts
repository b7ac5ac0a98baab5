// What an operator gets and returns, and the small checks that all of them share.

import type { Value } from './value.js';

export interface Call {
  /** The options table as unpacked by the generated reader, or null where the file has none. */
  readonly options: unknown;
  readonly customOptions: Uint8Array;
  /** null: an optional input that is left out (index -1, or fewer inputs). */
  readonly inputs: readonly (Value | null)[];
  readonly outputCount: number;
  /** Whether outputs must carry an error estimate. */
  readonly withError: boolean;
}

export type Operator = (call: Call) => Value[];

export function input(call: Call, index: number): Value {
  const value = call.inputs[index];
  if (!value) throw new Error(`input ${index} is missing`);
  return value;
}

export function optionalInput(call: Call, index: number): Value | undefined {
  return call.inputs[index] ?? undefined;
}

export function integers(value: Value): number[] {
  return Array.from(value.data);
}

/** The operator's options; a file that leaves them out means the defaults. */
export function optionsOf<T>(call: Call, type: new () => T): T {
  if (call.options === null || call.options === undefined) return new type();
  if (!(call.options instanceof type)) throw new Error(`options are not ${type.name}`);
  return call.options;
}

export function requireRank(value: Value, rank: number): void {
  if (value.shape.length !== rank) throw new Error(`rank ${value.shape.length}, not ${rank}`);
}
