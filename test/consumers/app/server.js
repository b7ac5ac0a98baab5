// A server that renders: the package is bundled with it and runs a model in Node.

import { loadModel } from 'filigree';

const model = await loadModel(process.argv[2], { variant: 'simd', threads: 2 });
const [{ shape }] = model.inputs;
const [{ data }] = await model.run(new Float32Array(shape.reduce((a, b) => a * b)));
const { variant, threads } = await model.explain();
model.dispose();
const values = data.every(Number.isFinite) ? 'finite' : 'broken';
console.log(`${variant}, ${threads} threads, ${values}`);
