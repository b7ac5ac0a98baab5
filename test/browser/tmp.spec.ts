import { readFileSync } from 'node:fs';
import { test } from './fixtures.js';
import { generateModel } from '../generator/generate.js';
import { parseModel, serializeModel } from '../generator/editable_model.js';
import { reduceModel } from '../generator/reduce.js';
import { readModel } from '../evaluator/model.js';
test('probe', async ({ openHarness }) => {
  test.setTimeout(900000);
  const h = await openHarness() as any;
  const judge = (bytes: Uint8Array) => h.call('judgeBytes', Buffer.from(bytes).toString('base64'));
  const real = readFileSync('/work/main/build/models/face_detection_full_range_sparse.tflite');
  const { bytes, description } = generateModel(27, { peerSafe: true, storages: ['csr16'], unusualSparseFormats: false });
  console.log(description, await judge(bytes));
  const small = await reduceModel(bytes, async (b) => { const r = String(await judge(b)); return !r.includes('Error') && !(Number(r) < 1e-3); });
  console.log(readModel(small).operators.map((o) => `${o.name}(${o.inputs})->${o.outputs}`).join(' '), await judge(small));


  const { OperatorT, TensorT } = await import('../../build/schema-ts/tflite.js');
  const { numberToHalf } = await import('../generator/float16.js');
  const make = (where: 'first' | 'last' | 'none', keepBias: boolean) => {
    const m = parseModel(small);
    const conv = m.graph.operators.at(-1)!;
    const deqCode = m.graph.operators[1].opcodeIndex;
    const bt = m.graph.tensors[conv.inputs[2]];
    if (where === 'none') return m;
    const half = new Uint16Array([...new Float32Array(m.buffers[bt.buffer].buffer)].map(numberToHalf));
    const b = m.buffers.push(new Uint8Array(half.buffer)) - 1;
    const src = m.graph.tensors.push(new TensorT([2], 1, b, 'bias16')) - 1;
    const e = m.buffers.push(new Uint8Array()) - 1;
    const dst = m.graph.tensors.push(new TensorT([2], 0, e, 'bias32')) - 1;
    if (!keepBias) conv.inputs[2] = dst;
    const op = new OperatorT(deqCode, [src], [dst]);
    if (where === 'first') m.graph.operators.unshift(op); else m.graph.operators.splice(2, 0, op);
    return m;
  };
  for (const where of ['none', 'first', 'last'] as const) for (const keep of [false, true]) for (let i = 0; i < 3; ++i) console.log(where, keep, await judge(serializeModel(make(where, keep))));
});
