// LiteRT.js as a judge: loads and runs a model, and watches what it says on the console, since it
// answers with garbage rather than an error where its rewriting of sparse graphs goes wrong.

import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

export interface NamedOutput {
  name: string;
  shape: number[];
  data: Float32Array;
}

const kWasmFolder = '/node_modules/@litertjs/core/wasm/';

/**
 * What it says when it leaves out a part of the model, as the sparse rewriting of XNNPACK may
 * ("failed to reshape runtime"), or all of it: `run` resolves with garbage all the same.
 */
const kAlarm = /^ERROR:|failed to reshape/i;

let started: Promise<unknown> | undefined;
const said: string[] = [];

function start(withThreads: boolean): Promise<unknown> {
  if (!started) {
    for (const level of ['log', 'info', 'warn', 'error'] as const) {
      const original = console[level].bind(console);
      console[level] = (...values: unknown[]) => {
        said.push(values.map(String).join(' '));
        original(...values);
      };
    }
    // A page can have one of its builds only.
    started = loadLiteRt(kWasmFolder, { threads: withThreads });
  }
  return started;
}

export class LiteRtModel {
  private constructor(private readonly model: CompiledModel) {}

  /** @param threads more than one needs a page that has not run it on one before */
  static async load(source: string | Uint8Array, threads = 1): Promise<LiteRtModel> {
    await start(threads > 1);
    said.length = 0;
    const model = await loadAndCompile(source as string, {
      accelerator: 'wasm',
      cpuOptions: { numThreads: threads },
    });
    return new LiteRtModel(model);
  }

  /**
   * @param inputs in the model's order
   * @throws Error with what it said, when that means that the outputs are garbage
   */
  async run(inputs: readonly Float32Array[]): Promise<NamedOutput[]> {
    const details = this.model.getInputDetails();
    const tensors = inputs.map((data, i) => new Tensor(data, Array.from(details[i].shape)));
    const results = await this.model.run(tensors);
    const outputs = this.model.getOutputDetails().map(({ name, shape }, i) => {
      // A view of its memory, which is freed below.
      const data = Float32Array.from(results[i].toTypedArray());
      return { name, shape: Array.from(shape), data };
    });
    for (const tensor of [...tensors, ...results]) tensor.delete();
    const alarm = said.filter((line) => kAlarm.test(line));
    if (alarm.length > 0) throw new Error(`LiteRT.js said: ${alarm.join('; ')}`);
    return outputs;
  }

  inputNames(): string[] {
    return this.model.getInputDetails().map(({ name }) => name);
  }

  inputShapes(): number[][] {
    return this.model.getInputDetails().map(({ shape }) => Array.from(shape));
  }

  delete(): void {
    this.model.delete();
  }
}
