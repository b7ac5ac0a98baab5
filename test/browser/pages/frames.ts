// Video frames as inputs, from run() to the numbers that the model gets.

import { loadModel, type Model } from 'filigree';
import {
  BuiltinOperator,
  OperatorCodeT,
  OperatorT,
  TensorT,
} from '../../../build/schema-ts/tflite.js';
import { type ImageInput, placeImage } from '../../../js/images.js';
import { readDrawable } from '../../../js/pictures.js';
import { emptyModel, serializeModel } from '../../generator/editable_model.js';
import { photoPixels } from './inputs.js';

const kInput = { width: 160, height: 90 };
const kFrame = { width: 322, height: 242 };

type Color = (x: number, y: number) => readonly [number, number, number];

/** A model that says what it got: all of it is positive. */
function echo(worker: boolean): Promise<Model> {
  const model = emptyModel();
  const code = new OperatorCodeT();
  code.builtinCode = BuiltinOperator.RELU;
  model.operatorCodes.push(code);
  const shape = [1, kInput.height, kInput.width, 3];
  const { graph } = model;
  graph.tensors.push(new TensorT([...shape]), new TensorT([...shape]));
  const operator = new OperatorT();
  [operator.inputs, operator.outputs] = [[0], [1]];
  graph.operators.push(operator);
  [graph.inputs, graph.outputs] = [[0], [1]];
  return loadModel(serializeModel(model), { worker });
}

/** The frames that are made of the same colours, by format. Y, U and V are those of BT.709. */
function framesOf(color: Color, { width, height } = kFrame): Record<string, VideoFrame> {
  const packed = new Uint8Array(4 * width * height).fill(255);
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const [red, blue] = [0.2126, 0.0722];
  const y = new Uint8Array(width * height);
  const [u, v] = [new Uint8Array(halfWidth * halfHeight), new Uint8Array(halfWidth * halfHeight)];
  for (let i = 0; i < width * height; ++i) {
    const [column, row] = [i % width, Math.floor(i / width)];
    const [r, g, b] = color(column, row);
    packed.set([r, g, b], 4 * i);
    const level = red * r + (1 - red - blue) * g + blue * b;
    y[i] = Math.round(16 + (level * 219) / 255);
    const at = (row >> 1) * halfWidth + (column >> 1);
    u[at] = Math.round(128 + ((b - level) / (2 * (1 - blue))) * (224 / 255));
    v[at] = Math.round(128 + ((r - level) / (2 * (1 - red))) * (224 / 255));
  }
  const uv = new Uint8Array(2 * u.length);
  for (let i = 0; i < u.length; ++i) uv.set([u[i], v[i]], 2 * i);
  const bgrx = packed.slice();
  for (let i = 0; i < packed.length; i += 4) [bgrx[i], bgrx[i + 2]] = [packed[i + 2], packed[i]];
  const make = (format: VideoPixelFormat, ...planes: Uint8Array[]) => {
    const bytes = new Uint8Array(planes.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const plane of planes) {
      bytes.set(plane, at);
      at += plane.length;
    }
    const isPacked = planes.length === 1;
    return new VideoFrame(bytes, {
      ...{ format, codedWidth: width, codedHeight: height, timestamp: 0 },
      ...(!isPacked && {
        colorSpace: { matrix: 'bt709', primaries: 'bt709', transfer: 'bt709', fullRange: false },
      }),
    });
  };
  const frames: Record<string, VideoFrame> = {
    RGBA: make('RGBA', packed),
    BGRX: make('BGRX', bgrx),
  };
  try {
    Object.assign(frames, { I420: make('I420', y, u, v), NV12: make('NV12', y, uv) });
  } catch (error) {
    // Firefox makes none of odd sizes.
    if (width % 2 === 0) throw error;
  }
  return frames;
}

/** Four areas of one colour each, whose middles every way to scale keeps. */
const kAreas = [
  [200, 40, 20],
  [20, 160, 60],
  [30, 60, 180],
  [230, 220, 40],
] as const;

const areas =
  ({ width, height }: { width: number; height: number }): Color =>
  (x, y) =>
    kAreas[Number(x >= width / 2) + 2 * Number(y >= height / 2)];

/** Counts clones of frames, and those that are still open. Frames that were moved away count as open. */
function countClones() {
  const count = { clones: 0, open: 0 };
  const { clone, close } = VideoFrame.prototype;
  const open = new Set<VideoFrame>();
  VideoFrame.prototype.clone = function () {
    const made = clone.call(this);
    ++count.clones;
    open.add(made);
    return made;
  };
  VideoFrame.prototype.close = function () {
    close.call(this);
    open.delete(this);
  };
  return () => {
    Object.assign(VideoFrame.prototype, { clone, close });
    return { ...count, open: open.size };
  };
}

type Placement = Pick<ImageInput, 'fit' | 'crop'>;

/** Where each of the areas is seen: a point of the input, or undefined. */
const kPlacements: Record<string, Placement> = {
  stretch: {},
  cover: { fit: 'cover' },
  contain: { fit: 'contain' },
  crop: { crop: { x: 161, y: 121, width: 160, height: 120 } },
};

/** Largest difference of a pixel to the area that it shows, but near the edges between areas. */
function worst(data: ArrayLike<number>, placement: Placement, size = kFrame): number {
  const seen = placeImage(size, kInput, placement);
  const color = areas(size);
  const isNear = (a: number, b: number, pixel: number) => Math.abs(a - b) < 2 * pixel + 2;
  const [pixelX, pixelY] = [seen.width / kInput.width, seen.height / kInput.height];
  let result = 0;
  for (let row = 0; row < kInput.height; ++row) {
    for (let column = 0; column < kInput.width; ++column) {
      const [x, y] = [seen.x + (column + 0.5) * pixelX, seen.y + (row + 0.5) * pixelY];
      if ([0, size.width / 2, size.width].some((edge) => isNear(x, edge, pixelX))) continue;
      if ([0, size.height / 2, size.height].some((edge) => isNear(y, edge, pixelY))) continue;
      const isOutside = x < 0 || y < 0 || x > size.width || y > size.height;
      const expected = isOutside ? [0, 0, 0] : color(x, y);
      for (let c = 0; c < 3; ++c) {
        const value = data[3 * (row * kInput.width + column) + c];
        result = Math.max(result, Math.abs(value - expected[c]));
      }
    }
  }
  return result;
}

/** Frames of every format and placement, all at once and closed at once: differences in steps of 255. */
export async function readFrames(worker: boolean) {
  const model = await echo(worker);
  const differences: Record<string, number> = {};
  const restore = countClones();
  const runs: Promise<void>[] = [];
  for (const size of [kFrame, { width: 321, height: 241 }]) {
    for (const [format, image] of Object.entries(framesOf(areas(size), size))) {
      for (const [name, placement] of Object.entries(kPlacements)) {
        const what = `${format} ${size.width}×${size.height} ${name}`;
        const run = model.run({ image, ...placement, mean: 0, std: 1 });
        runs.push(
          run.then(([{ data }]) => {
            differences[what] = worst(data as Float32Array, placement, size);
          }),
        );
      }
      image.close();
    }
  }
  await Promise.all(runs);
  const { layers } = await model.profile({ image: framesOf(areas(kFrame)).I420 }, { runs: 1 });
  model.dispose();
  return { differences, layers: layers.length, ...restore() };
}

/** What becomes of the clones of calls that never came to their end. */
export async function dropFrames(worker: boolean) {
  const model = await echo(worker);
  const { I420: image } = framesOf(areas(kFrame));
  const restore = countClones();
  const controller = new AbortController();
  const { signal } = controller;
  const runs = [model.run(image), model.run(image, { signal }), model.run(image)];
  runs.push(model.run({ image, crop: { x: 300, y: 0, width: 100, height: 100 } }));
  image.close();
  controller.abort();
  model.dispose();
  runs.push(model.run(image));
  const results = await Promise.allSettled(runs);
  const codes = results.map((one) => (one.status === 'rejected' ? one.reason.code : 'done'));
  return { codes, ...restore() };
}

/** A photograph as a frame, read from its planes and drawn: the mean difference in steps of 255. */
export async function planesAndCanvas(photo: string): Promise<Record<string, number>> {
  const { data, width } = await photoPixels(photo);
  const context = new OffscreenCanvas(640, 480).getContext('2d');
  if (!context) throw new Error('no canvas');
  // Without sharp edges, where every way to scale has its own result.
  const small = await createImageBitmap(new ImageData(data, width), {
    ...{ resizeWidth: 80, resizeHeight: 60, resizeQuality: 'high' },
  });
  context.drawImage(small, 0, 0, 640, 480);
  const pixels = context.getImageData(0, 0, 640, 480).data;
  const size = { width: 640, height: 480 };
  const { I420: image } = framesOf((x, y) => {
    const at = 4 * (y * 640 + x);
    return [pixels[at], pixels[at + 1], pixels[at + 2]];
  }, size);
  const model = await echo(true);
  const result: Record<string, number> = {};
  for (const [name, placement] of Object.entries({
    ...kPlacements,
    'an odd crop': { crop: { x: 37, y: 11, width: 512, height: 300 } },
  })) {
    const [{ data: read }] = await model.run({ image, ...placement, mean: 0, std: 1 });
    const drawn = readDrawable(image, placement, { ...kInput, channels: 3 }, name).data;
    let sum = 0;
    read.forEach((value, i) => {
      sum += Math.abs(Number(value) - drawn[4 * Math.floor(i / 3) + (i % 3)]);
    });
    result[name] = sum / read.length;
  }
  image.close();
  model.dispose();
  return result;
}
