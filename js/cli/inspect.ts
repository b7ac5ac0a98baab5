// `filigree inspect`: what a model is, and how it would run here.

import { stat } from 'node:fs/promises';
import { loadModel } from '../load.js';
import type { Explanation, LayerExplanation, MemoryReport } from '../reports.js';
import { shapeText, type TensorInfo } from '../tensors.js';
import { bytesText, millions, print, printJson, table } from './output.js';
import { kModelOptions, loadOptions, oneModel, parse, wholeNumber } from './usage.js';

export const kInspectUsage = `  filigree inspect MODEL [--json]
      [--threads N] [--variant auto|simd|relaxed] [--sparse auto|never|always]`;

const kOptions = { ...kModelOptions, threads: { type: 'string', default: '1' } } as const;

export async function inspect(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, kOptions);
  const path = oneModel(positionals);
  const threads = wholeNumber('threads', values.threads, 1);
  const options = loadOptions(values);
  const model = await loadModel(path, { ...options, threads });
  const { inputs, outputs } = model;
  const explanation = await model.explain();
  const memory = await model.memory();
  model.dispose();
  if (values.json) {
    printJson({ model: path, inputs, outputs, ...explanation, memory });
  } else {
    const fileBytes = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    print(describe(path, fileBytes, { inputs, outputs }, explanation, memory));
  }
}

function describe(
  path: string,
  fileBytes: number | undefined,
  { inputs, outputs }: { inputs: readonly TensorInfo[]; outputs: readonly TensorInfo[] },
  explanation: Explanation,
  memory: MemoryReport,
): string {
  const { layers, macs, passes, reasons } = explanation;
  const share = macs.dense > 0 ? ((100 * macs.nonzero) / macs.dense).toFixed(1) : '100';
  const done = passes.filter(({ count }) => count > 0);
  const kRight = ['#', 'density', 'MACs', 'nonzero'];
  return [
    `${path}${fileBytes === undefined ? '' : ` (${bytesText(fileBytes)})`}`,
    '',
    ...inputs.map((tensor) => `input   ${describeTensor(tensor)}`),
    ...outputs.map((tensor) => `output  ${describeTensor(tensor)}`),
    '',
    table(
      ['#', 'op', 'input', 'output', 'kernel', 'density', 'MACs', 'nonzero', 'reason'],
      layers.map(describeLayer),
      kRight,
    ),
    '',
    `multiply-adds  ${millions(macs.dense)}, nonzero ${millions(macs.nonzero)} (${share} %), ` +
      `executed ${millions(macs.executed)}`,
    `memory         weights ${bytesText(memory.packedBytes)}, arena ${bytesText(memory.arenaBytes)}, ` +
      `scratch ${bytesText(memory.scratchBytes)}`,
    `passes         ${done.map(({ name, count }) => `${name} ${count}×`).join(', ') || 'none'}`,
    `build          ${explanation.variant} (${reasons.variant}), ` +
      `threads ${explanation.threads} (${reasons.threads}), sparse ${explanation.sparse}`,
  ].join('\n');
}

function describeTensor({ name, shape, dtype }: TensorInfo): string {
  return `${name}  ${dtype} ${shapeText(shape)}`;
}

function describeLayer(layer: LayerExplanation): string[] {
  const { macs } = layer;
  const shapes = (values: { shape: number[] }[]) =>
    values.map(({ shape }) => shapeText(shape)).join(' ');
  return [
    String(layer.index),
    layer.fused ? `${layer.op} + ${layer.fused}` : layer.op,
    shapes(layer.inputs),
    shapes(layer.outputs),
    layer.kernel,
    macs.dense > 0 ? `${(100 * layer.density).toFixed(1)} %` : '',
    macs.dense > 0 ? millions(macs.dense) : '',
    macs.dense > 0 ? millions(macs.nonzero) : '',
    layer.reason,
  ];
}
