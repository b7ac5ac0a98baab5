import { judgeEvaluator, judgeModel, compareOutputs } from './judge_models.js';
import { LiteRtModel } from './litert.js';
import { loadModel } from 'filigree';
import { evaluate } from '../../evaluator/evaluate.js';
import { photoTensor, noiseTensor } from './inputs.js';
const harness = {
  judgeEvaluator, judgeModel,
  async probe(name: string, range: {low: number, high: number}, variant: 'simd'|'relaxed') {
    const m = await LiteRtModel.load(`/models/${name}.tflite`);
    const shape = m.inputShapes()[0];
    const inputs = { photo: (await photoTensor('/photos/sample6.jpg', shape, range)).data, noise: noiseTensor(5, shape, range) };
    const f = await loadModel(`/models/${name}.tflite`, {variant, threads: 1});
    const file = new Uint8Array(await (await fetch(`/models/${name}.tflite`)).arrayBuffer());
    const res = [];
    for (const [k, input] of Object.entries(inputs)) {
      const out = await m.run([input]);
      const fo = await f.run(input) as any;
      const t = performance.now();
      const e = evaluate(file, [input]).outputs as any;
      const ms = performance.now() - t;
      const exact = e.map((o: any) => ({...o, data: o.data}));
      const lf = compareOutputs(out, fo), el = compareOutputs(exact, out), ef = compareOutputs(exact, fo);
      lf.forEach((r, i) => res.push(`${name} ${k} ${r.output} max ${r.largest.toPrecision(4)} litert-filigree ${r.relative.toExponential(1)} exact-litert ${el[i].relative.toExponential(1)} exact-filigree ${ef[i].relative.toExponential(1)} ${ms.toFixed(0)}`));
    }
    f.dispose(); m.delete();
    return res;
  },
};
export type Harness = typeof harness;
Object.assign(globalThis, { harness });
