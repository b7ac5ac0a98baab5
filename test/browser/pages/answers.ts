// What a model answers to pixels that came decoded, in all builds that run here.

import { loadModel } from 'filigree';
import type { ImageInput } from '../../../js/images.js';

export interface Answer {
  build: string;
  /** In the model's order. */
  outputs: Float32Array[];
}

/** @param picture where its bytes are: RGB, rows from the top */
export async function answersTo(
  { url, width, height }: { url: string; width: number; height: number },
  model: string,
  input: Omit<ImageInput, 'image'>,
): Promise<Answer[]> {
  const data = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const answers = new Map<string, Answer>();
  for (const variant of ['simd', 'relaxed'] as const) {
    for (const threads of [1, 2]) {
      const loaded = await loadModel(`/models/${model}.tflite`, { variant, threads });
      const { variant: build } = await loaded.explain();
      const outputs = await loaded.run({ image: { data, width, height }, ...input });
      loaded.dispose();
      answers.set(build, { build, outputs: outputs.map((output) => output.data as Float32Array) });
    }
  }
  return [...answers.values()];
}
