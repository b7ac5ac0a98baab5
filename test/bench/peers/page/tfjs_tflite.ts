// tfjs-tflite through its own client, a plain script that declares `tfweb`; TensorFlow.js around it
// would only add copies.

import type { Engine } from './engine.js';

const kFolder = '/tfjs-tflite/wasm/';

/** The part of its TFLiteWebModelRunner that is used here. */
interface Runner {
  getInputs(): TensorInfo[];
  getOutputs(): TensorInfo[];
  infer(): boolean;
  cleanUp(): void;
}

interface TensorInfo {
  name: string;
  /** "1,192,192,3" */
  shape: string;
  /** A view of its memory. */
  data(): Float32Array;
}

interface Client {
  tflite_web_api: { setWasmPath(path: string): void };
  TFLiteWebModelRunner: {
    create(model: ArrayBuffer, options: { numThreads?: number }): Promise<Runner>;
  };
}

let client: Promise<Client> | undefined;

function start(): Promise<Client> {
  client ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${kFolder}tflite_web_api_client.js`;
    script.onload = () => {
      const { tfweb } = globalThis as unknown as { tfweb: Client };
      tfweb.tflite_web_api.setWasmPath(kFolder);
      resolve(tfweb);
    };
    script.onerror = () => reject(new Error(`${script.src} cannot be loaded`));
    document.head.append(script);
  });
  return client;
}

const shapeOf = ({ shape }: TensorInfo) => shape.split(',').map(Number);

export const tfjsTflite: Engine = {
  async load(file, threads) {
    const { TFLiteWebModelRunner } = await start();
    const options = threads === 'default' ? {} : { numThreads: threads };
    const runner = await TFLiteWebModelRunner.create(file.slice().buffer, options);
    return {
      build: async () => 'tfjs-tflite',
      inputShapes: runner.getInputs().map(shapeOf),
      run: async (inputs) => {
        runner.getInputs().forEach((info, i) => {
          info.data().set(inputs[i]);
        });
        if (!runner.infer()) throw new Error('tfjs-tflite could not run');
        return runner.getOutputs().map((info) => {
          return { name: info.name, shape: shapeOf(info), data: info.data().slice() };
        });
      },
      dispose: () => runner.cleanUp(),
    };
  },
};
