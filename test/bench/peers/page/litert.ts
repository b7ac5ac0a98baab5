import { LiteRtModel } from '../../../browser/pages/litert.js';
import type { Engine } from './engine.js';

export const litert: Engine = {
  async load(file, threads) {
    // Its own default is one thread.
    const model = await LiteRtModel.load(file, threads === 'default' ? 1 : threads);
    return {
      build: async () => 'LiteRT.js',
      inputShapes: model.inputShapes(),
      run: (inputs) => model.run(inputs),
      dispose: () => model.delete(),
    };
  },
};
