// src/tflite/schema.fbs is complete: real models and generated ones survive unpacking and packing,
// field by field, and no table in them has a field that the schema does not know.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Builder, ByteBuffer, type Table } from 'flatbuffers';
import { Model, type ModelT } from '../../build/schema-ts/tflite.js';
import { generateModel } from '../generator/generate.js';

const modelFolder = fileURLToPath(new URL('../../build/models', import.meta.url));
const models = readdirSync(modelFolder).filter((name) => name.endsWith('.tflite'));

interface Unpacked {
  /** Everything but the bytes of the buffers. */
  readonly tables: ModelT;
  readonly buffers: Buffer[];
}

function unpack(bytes: Uint8Array): Unpacked {
  const buffer = new ByteBuffer(bytes);
  assert.ok(Model.bufferHasIdentifier(buffer));
  const model = Model.getRootAsModel(buffer);
  const tables = model.unpack();
  // As typed arrays, because comparing millions of array elements one by one takes too long.
  const buffers = tables.buffers.map((table) => {
    const data = Buffer.from(table.data);
    table.data = [];
    return data;
  });
  return { tables, buffers };
}

function pack(bytes: Uint8Array): Uint8Array {
  const builder = new Builder(bytes.length * 2);
  const tables = Model.getRootAsModel(new ByteBuffer(bytes)).unpack();
  Model.finishModelBuffer(builder, tables.pack(builder));
  return builder.asUint8Array();
}

function assertRoundTrip(bytes: Uint8Array): void {
  const before = unpack(bytes);
  const after = unpack(pack(bytes));
  assert.equal(after.buffers.length, before.buffers.length);
  before.buffers.forEach((data, i) => {
    assert.ok(data.equals(after.buffers[i]), `buffer ${i}`);
  });
  assert.deepStrictEqual(after.tables, before.tables);
}

/** Slots of the table's vtable, used or not. */
function fieldSlots({ bb, bb_pos }: Table): number {
  if (!bb) throw new Error('no table');
  const vtable = bb_pos - bb.readInt32(bb_pos);
  return (bb.readInt16(vtable) - 4) / 2;
}

// How many slots the schema gives them; a union takes two.
const knownSlots = {
  model: 10,
  operatorCode: 4,
  subgraph: 6,
  operator: 14,
  tensor: 11,
  buffer: 3,
  signature: 5,
  sparsity: 3,
};

function assertNoUnknownFields(bytes: Uint8Array): void {
  const model = Model.getRootAsModel(new ByteBuffer(bytes));
  const check = (table: unknown, kind: keyof typeof knownSlots): void => {
    if (!table) return;
    const slots = fieldSlots(table as Table);
    assert.ok(slots <= knownSlots[kind], `a ${kind} table has ${slots} fields`);
  };
  const each = (count: number, visit: (i: number) => void): void => {
    for (let i = 0; i < count; ++i) visit(i);
  };
  check(model, 'model');
  each(model.operatorCodesLength(), (i) => check(model.operatorCodes(i), 'operatorCode'));
  each(model.buffersLength(), (i) => check(model.buffers(i), 'buffer'));
  each(model.signatureDefsLength(), (i) => check(model.signatureDefs(i), 'signature'));
  each(model.subgraphsLength(), (i) => {
    const graph = model.subgraphs(i);
    check(graph, 'subgraph');
    each(graph?.operatorsLength() ?? 0, (j) => check(graph?.operators(j), 'operator'));
    each(graph?.tensorsLength() ?? 0, (j) => {
      const tensor = graph?.tensors(j);
      check(tensor, 'tensor');
      check(tensor?.sparsity(), 'sparsity');
    });
  });
}

test('there are models to look at', () => {
  assert.ok(models.length >= 15, `${models.length} models in ${modelFolder}`);
});

for (const name of models) {
  test(`${name} survives unpacking and packing`, () => {
    const bytes = readFileSync(join(modelFolder, name));
    assertNoUnknownFields(bytes);
    assertRoundTrip(bytes);
  });
}

test('generated models survive unpacking and packing', () => {
  for (let seed = 0; seed < 100; ++seed) assertRoundTrip(generateModel(seed).bytes);
});
