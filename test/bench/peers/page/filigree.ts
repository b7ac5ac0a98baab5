import { type LoadOptions, loadModel } from 'filigree';
import type { Engine, Output } from './engine.js';

function engine(always: LoadOptions): Engine {
  return {
    async load(file, threads) {
      const options = threads === 'default' ? always : { ...always, threads, worker: false };
      const model = await loadModel(file, options);
      return {
        build: async () => (await model.explain()).variant,
        inputShapes: model.inputs.map(({ shape }) => [...shape]),
        run: async (inputs) => (await model.run([...inputs])) as Output[],
        dispose: () => model.dispose(),
      };
    },
  };
}

export const filigree = engine({});
/** All weights treated as dense. */
export const filigreeNever = engine({ sparse: 'never' });
