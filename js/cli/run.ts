// `filigree run`: one run on a picture, a file of numbers or noise, and what came out.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageInput } from '../images.js';
import type { Input } from '../inputs.js';
import { loadModel } from '../load.js';
import { shapeText, type Tensor, type TensorInfo } from '../tensors.js';
import { print, printJson } from './output.js';
import { makeRandom, randomTensor, readImage, readTensor } from './pictures.js';
import {
  choice,
  kModelOptions,
  loadOptions,
  numberOrList,
  oneModel,
  parse,
  UsageError,
  wholeNumber,
} from './usage.js';

export const kRunUsage = `  filigree run MODEL --image PHOTO | --input FILE.bin | --random [--json]
      [--mean M] [--std S] [--fit stretch|contain|cover] [--seed N] [--output FOLDER]
      [--threads N] [--variant auto|simd|relaxed] [--sparse auto|never|always]
      --image and --input may be given several times: one for each input of the model, in order.
      Pictures become (byte − M) / S, by default M = 0, S = 255; M and S may be lists: R,G,B.
      FILE.bin holds the elements and nothing else, little-endian. --output writes such files.`;

const kOptions = {
  ...kModelOptions,
  image: { type: 'string', multiple: true, default: [] as string[] },
  input: { type: 'string', multiple: true, default: [] as string[] },
  random: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  mean: { type: 'string', default: '0' },
  std: { type: 'string', default: '255' },
  fit: { type: 'string', default: 'stretch' },
  output: { type: 'string' },
  threads: { type: 'string', default: 'auto' },
} as const;

const kFits = ['stretch', 'contain', 'cover'] as const;
const kShownValues = 8;

type Source = (inputs: readonly TensorInfo[]) => Promise<Input[]>;

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parse(args, kOptions);
  const path = oneModel(positionals);
  const { threads: text } = values;
  const threads = text === 'auto' ? 'auto' : wholeNumber('threads', text, 1);
  const makeInputs = sourceOf(values);
  const model = await loadModel(path, { ...loadOptions(values), threads });
  try {
    const outputs = await model.run(await makeInputs(model.inputs));
    if (values.output !== undefined) await writeOutputs(values.output, outputs);
    if (values.json) {
      printJson(outputs.map(({ name, shape, data }) => ({ name, shape, data: plain(data) })));
    } else {
      print(outputs.map(describe).join('\n'));
    }
  } finally {
    model.dispose();
  }
}

/** Where the inputs come from. Wrong usage is found before anything is loaded. */
function sourceOf(values: {
  image: string[];
  input: string[];
  random: boolean;
  seed: string;
  mean: string;
  std: string;
  fit: string;
}): Source {
  const { image, input } = values;
  const kinds = [image.length > 0, input.length > 0, values.random].filter(Boolean).length;
  if (kinds !== 1) throw new UsageError('one of --image, --input and --random is needed');
  const seed = wholeNumber('seed', values.seed, 0);
  const how: Omit<ImageInput, 'image'> = {
    mean: numberOrList('mean', values.mean),
    std: numberOrList('std', values.std),
    fit: choice('fit', values.fit, kFits),
  };
  if (image.length > 0) {
    return () => Promise.all(image.map(async (file) => ({ ...how, image: await readImage(file) })));
  }
  if (input.length > 0) {
    return (inputs) => {
      if (input.length !== inputs.length) {
        const names = inputs.map(({ name }) => name).join(', ');
        throw new UsageError(
          `the model takes ${inputs.length} inputs (${names}), got ${input.length} files`,
        );
      }
      return Promise.all(input.map((file, i) => readTensor(file, inputs[i])));
    };
  }
  const random = makeRandom(seed);
  return async (inputs) => inputs.map((info) => randomTensor(info, random));
}

/** JSON has no NaN and no infinities: they become strings. */
function plain(data: Tensor['data']): (number | string)[] {
  return numbers(data).map((value) => (Number.isFinite(value) ? value : String(value)));
}

function numbers(data: Tensor['data']): number[] {
  return data instanceof BigInt64Array ? Array.from(data, Number) : Array.from(data);
}

async function writeOutputs(folder: string, outputs: Tensor[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [i, { name, data }] of outputs.entries()) {
    const file = `${i}_${name.replaceAll(/[^\w.-]+/g, '_')}.bin`;
    await writeFile(
      join(folder, file),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }
}

function describe({ name, shape, dtype, data }: Tensor): string {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of numbers(data)) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
  }
  const number = (value: number) => Number(value.toPrecision(6)).toString();
  const first = numbers(data.slice(0, kShownValues)).map(number);
  const more = data.length > kShownValues ? ', …' : '';
  return (
    `${name}  ${dtype} ${shapeText(shape)}\n` +
    `  min ${number(minimum)}  max ${number(maximum)}  mean ${number(sum / data.length)}\n` +
    `  ${first.join(', ')}${more}`
  );
}
