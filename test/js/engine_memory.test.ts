// How the engine finds out how much memory a model takes, on a glue whose model takes what we say.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openEngine } from '../../js/bindings/engine.js';
import type { EngineRequest } from '../../js/engine/engine.js';
import { failure } from './support/fixtures.js';

/** The smallest module there is. */
const kModule = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));

/** A glue that loads whatever file, if its memory can grow to what `globalThis.model` wants. */
const kGlue = `
  export default (options) => new Promise((resolve) => {
    const { model } = globalThis;
    const memory = options.wasmMemory;
    const file = { bytes: 0 };
    let text = '';
    ++model.starts;
    const canGrow = () => {
      try {
        memory.grow(Math.max(0, Math.ceil((model.bytes - memory.buffer.byteLength) / 65536)));
        return true;
      } catch {
        return false;
      }
    };
    const glue = {
      _filigree_create: () => 64,
      _filigree_file_buffer: (session, bytes) => 1024,
      _filigree_text: () => {
        new Uint8Array(memory.buffer).set(new TextEncoder().encode(text), 128);
        return 128;
      },
      _filigree_text_bytes: () => text.length,
      _filigree_wanted_bytes: () => model.told,
      _filigree_load: () => {
        const fits = canGrow();
        if (!fits && model.traps) throw new WebAssembly.RuntimeError('unreachable');
        text = fits ? '{"inputs":[],"outputs":[]}' : 'no room for the maps';
        return fits ? 0 : 5;
      },
      _filigree_memory: () => {
        text = '{}';
        return 0;
      },
    };
    options.instantiateWasm({}, () => resolve(glue));
  });`;

interface FakeModel {
  /** What it takes. */
  bytes: number;
  /** What the engine says that it takes. */
  told: number;
  traps?: boolean;
  starts: number;
}

let base: string;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filigree-'));
  base = `${pathToFileURL(folder).href}/`;
  await mkdir(join(folder, 'node'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await writeFile(join(folder, 'node', 'filigree-simd.js'), kGlue);
});
after(() => rm(folder, { recursive: true }));

async function open(model: Omit<FakeModel, 'starts'>, memoryBytes = 0) {
  const fake = { ...model, starts: 0 };
  Object.assign(globalThis, { model: fake });
  const request: EngineRequest = {
    file: new Uint8Array(1000),
    module: kModule,
    base,
    sparse: 'auto',
    limits: { memoryBytes, tensors: 0 },
    variant: 'simd',
    threads: 1,
  };
  try {
    const engine = await openEngine(request);
    const { wasmMaximumBytes } = await engine.memory();
    return { maximum: wasmMaximumBytes, starts: fake.starts };
  } catch (error) {
    assert.ok(error instanceof Error);
    throw Object.assign(error, { starts: fake.starts });
  }
}

test('a small model loads at once, in a memory that may not grow without bounds', async () => {
  const { maximum, starts } = await open({ bytes: 5e6, told: 5e6 });
  assert.equal(starts, 1);
  assert.ok(maximum < 33e6);
});

test('a large one is started again with what it wants', async () => {
  const { maximum, starts } = await open({ bytes: 200e6, told: 200e6 });
  assert.equal(starts, 2);
  assert.ok(maximum >= 200e6 && maximum < 220e6);
});

test('one that does not know what it wants is given more until it fits', async () => {
  const { starts } = await open({ bytes: 60e6, told: 0 });
  assert.equal(starts, 3);
});

test('one that traps for want of memory is tried again, too', async () => {
  const { starts } = await open({ bytes: 40e6, told: 0, traps: true });
  assert.equal(starts, 2);
});

test('the limit is kept, and said in numbers', async () => {
  await assert.rejects(
    open({ bytes: 200e6, told: 200e6 }, 100e6),
    failure('out-of-memory', 'no room for the maps', 'wants 200.0 MB', '100.0 MB are allowed'),
  );
  await assert.rejects(
    open({ bytes: 8e9, told: 8e9 }),
    failure('out-of-memory', 'wants 8000.0 MB', '4294.9 MB are allowed'),
  );
});

test('what never fits ends after a few attempts', async () => {
  const error = await open({ bytes: 4e9, told: 0 }).catch((it) => it);
  assert.equal(error.code, 'out-of-memory');
  assert.ok(error.starts > 1 && error.starts < 8, `${error.starts} attempts`);
});
