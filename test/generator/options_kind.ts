// Which member of the options union an unpacked options object is.

import * as schema from '../../build/schema-ts/tflite.js';

type Options = NonNullable<schema.OperatorT['builtinOptions']>;

// By constructor, not by its name: a minified bundle renames classes.
const kinds = new Map<unknown, schema.BuiltinOptions>();
for (const [name, kind] of Object.entries(schema.BuiltinOptions)) {
  const unpacked = (schema as Record<string, unknown>)[`${name}T`];
  if (typeof kind === 'number' && unpacked) kinds.set(unpacked, kind);
}

export function kindOfOptions(options: Options): schema.BuiltinOptions {
  const kind = kinds.get(options.constructor);
  if (kind === undefined) throw new Error('no member of BuiltinOptions');
  return kind;
}
