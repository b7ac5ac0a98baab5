// What the caller passes to run(): sorted into what the engine takes for each input of the model, and
// checked. Errors name the tensor, what was expected and what came.

import { drawableToInput } from './drawables.js';
import type { EngineInput } from './engine/engine.js';
import { FiligreeError } from './errors.js';
import {
  checkKeys,
  type ImageInput,
  type ImagePixels,
  imageToInput,
  pictureShape,
} from './images.js';
import { type Drawable, isDrawable } from './pictures.js';
import {
  arrayClass,
  elementCount,
  isTypedArray,
  shapeText,
  type Tensor,
  type TensorArray,
  type TensorInfo,
} from './tensors.js';

/**
 * One input of a model: a typed array of its element type with all its elements, the same with its
 * shape (which is checked), or a picture for an input of [1, height, width, channels].
 */
export type Input =
  | TensorArray
  | {
      /** All elements, row-major. */
      data: TensorArray;
      /** Dimensions in TensorFlow's order; they must be the input's. */
      shape: readonly number[];
    }
  | ImagePixels
  | Drawable
  | ImageInput;

/**
 * Memory for outputs: the results of an earlier run, or typed arrays of the right type and size; in
 * model order (`undefined` where there is none) or by name.
 */
export type Into =
  | readonly (Tensor | TensorArray | undefined)[]
  | Readonly<Record<string, Tensor | TensorArray>>;

/** An input as the engine takes it. */
export interface ReadInput {
  input: EngineInput;
  /** Whether its memory was made here, so that it need not be copied. */
  isOwn: boolean;
}

/** Inputs in model order. */
export interface SortedInputs {
  read: ReadInput[];
  /** Whether the caller named the inputs, and so wants named outputs. */
  isNamed: boolean;
}

/** @throws FiligreeError `bad-input` */
export function sortInputs(value: unknown, inputs: readonly TensorInfo[]): SortedInputs {
  const isNamed = isRecord(value) && !isSingle(value, inputs);
  const values = isNamed ? byName(value, inputs) : inOrder(value, inputs);
  return { read: values.map((one, i) => readInput(one, inputs[i])), isNamed };
}

/** @throws FiligreeError `bad-input` */
export function sortInto(
  into: Into | undefined,
  outputs: readonly TensorInfo[],
): (TensorArray | undefined)[] {
  if (into === undefined) return [];
  if (!Array.isArray(into)) {
    const unknown = Object.keys(into).find((key) => !outputs.some(({ name }) => name === key));
    if (unknown)
      throw badInput(`into: the model has no output ${quote(unknown)}; ${list(outputs)}`);
  }
  const named = into as Readonly<Record<string, Tensor | TensorArray>>;
  const arrays = outputs.map(({ name }, i) => {
    const one = Array.isArray(into) ? into[i] : named[name];
    return one === undefined || isTypedArray(one) ? one : (one as Tensor).data;
  });
  outputs.forEach((output, i) => {
    if (arrays[i] !== undefined)
      checkArray(arrays[i], output, `into: output ${quote(output.name)}`);
  });
  return arrays;
}

function badInput(message: string): FiligreeError {
  return new FiligreeError('bad-input', message);
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function list(tensors: readonly TensorInfo[]): string {
  return `it has ${tensors.map(({ name }) => quote(name)).join(', ')}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isTypedArray(value)
  );
}

/** Whether an object is an input itself, rather than inputs by name. Names of the model go first. */
function isSingle(value: Record<string, unknown>, inputs: readonly TensorInfo[]): boolean {
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => inputs.some(({ name }) => name === key))) return false;
  // ImageData's and the DOM's properties are not its own keys.
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return (
    !isPlain || 'image' in value || ('data' in value && ('shape' in value || 'width' in value))
  );
}

function byName(value: Record<string, unknown>, inputs: readonly TensorInfo[]): unknown[] {
  const names = inputs.map(({ name }) => name);
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    throw badInput(`the model has no input ${quote(unknown)}; ${list(inputs)}`);
  }
  const missing = names.find((name) => value[name] === undefined);
  if (missing !== undefined) throw badInput(`input ${quote(missing)} is missing`);
  return names.map((name) => value[name]);
}

function inOrder(value: unknown, inputs: readonly TensorInfo[]): unknown[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.length !== inputs.length) {
    throw badInput(
      `the model takes ${inputs.length} inputs (${list(inputs)}), got ${values.length}` +
        (typeof values[0] === 'number' ? ' (an array of numbers must be a Float32Array)' : ''),
    );
  }
  return values;
}

function readInput(value: unknown, info: TensorInfo): ReadInput {
  const name = `input ${quote(info.name)}`;
  const readArray = (array: unknown) => ({ input: checkArray(array, info, name), isOwn: false });
  if (isTypedArray(value)) return readArray(value);
  if (!isRecord(value)) throw badInput(`${name}: ${expected(info)}, got ${describe(value)}`);
  const isDrawn = isDrawable(value);
  if ('image' in value && !isDrawn) return readImage(value as unknown as ImageInput, info, name);
  if (isDrawn || 'width' in value) {
    return readImage({ image: value as unknown as ImagePixels }, info, name);
  }
  if (!('data' in value && Array.isArray(value.shape))) {
    throw badInput(`${name}: ${expected(info)}, got ${describe(value)}`);
  }
  if (shapeText(value.shape) !== shapeText(info.shape)) {
    throw badInput(
      `${name}: expected shape ${shapeText(info.shape)}, got ${shapeText(value.shape)}`,
    );
  }
  return readArray(value.data);
}

function expected({ dtype, shape }: TensorInfo): string {
  return `expected a ${arrayClass(dtype).name} of ${elementCount(shape)} elements (${shapeText(shape)})`;
}

function describe(value: unknown): string {
  if (isTypedArray(value)) return `a ${value.constructor.name} of ${value.length}`;
  if (typeof value === 'object' && value) return `a ${value.constructor?.name ?? 'bare object'}`;
  return typeof value === 'number' ? `the number ${value}` : String(value);
}

function checkArray(value: unknown, info: TensorInfo, name: string): TensorArray {
  const isRight = value instanceof arrayClass(info.dtype);
  if (isRight && value.length === elementCount(info.shape)) return value;
  const isBytes = value instanceof Uint8Array || value instanceof Uint8ClampedArray;
  const hint = isBytes && info.dtype === 'float32' ? '; pass pixels as {data, width, height}' : '';
  const taken = isRight && value.buffer.byteLength === 0 && value.length === 0;
  const gone = taken ? ' (its memory was transferred away)' : '';
  throw badInput(`${name}: ${expected(info)}, got ${describe(value)}${gone}${hint}`);
}

function readImage(input: ImageInput, info: TensorInfo, name: string): ReadInput {
  const { image } = input;
  if (isDrawable(image)) {
    const made = drawableToInput({ ...input, image }, info, name);
    // Frames are cloned when it is sure that they are going to be read.
    return { input: made, isOwn: !('frame' in made) };
  }
  checkKeys(input, name);
  if (!isRecord(image) || !('data' in image)) {
    throw badInput(
      `${name}: expected a picture as ImageData, {data, width, height}, ImageBitmap, VideoFrame, ` +
        `video, img or canvas, got ${describe(image)}`,
    );
  }
  const made = imageToInput({ ...input, image }, pictureShape(info, name), name);
  return { input: made, isOwn: isTypedArray(made) };
}
