// Tensors as the caller sees them: descriptions, typed arrays and the element types that tie them.

/** The array that holds the elements of each type. */
export interface ArrayOf {
  /** 32-bit floating point. */
  float32: Float32Array;
  /** 16-bit floating point, as bits. */
  float16: Uint16Array;
  /** 32-bit integers. */
  int32: Int32Array;
  /** 64-bit integers. */
  int64: BigInt64Array;
  /** 8-bit integers. */
  int8: Int8Array;
  /** 8-bit integers without a sign. */
  uint8: Uint8Array;
  /** A byte each: 0 is false. */
  bool: Uint8Array;
}

/** Element type of a tensor. */
export type DType = keyof ArrayOf;

/** Arrays that hold the elements of a tensor. */
export type TensorArray = ArrayOf[DType];

/** An input or output of a model. */
export interface TensorInfo {
  /** The model file's name for it; `input_0`, `output_1`, … where the file has none. */
  readonly name: string;
  /** Dimensions in TensorFlow's order: `[batch, height, width, channels]` for feature maps. */
  readonly shape: readonly number[];
  /** What its elements are, and with it the kind of array (see {@link ArrayOf}). */
  readonly dtype: DType;
  /** Its place among the model's inputs or outputs. */
  readonly index: number;
}

/**
 * A tensor of one element type.
 * @typeParam D the element type
 */
export interface TensorOf<D extends DType> {
  /** As in {@link TensorInfo}. */
  name: string;
  /** Dimensions in TensorFlow's order: `[batch, height, width, channels]` for feature maps. */
  shape: number[];
  /** What the elements are. */
  dtype: D;
  /** All elements, row-major: the last dimension is the fastest. */
  data: ArrayOf[D];
}

/**
 * An output of a run. `data` is row-major, `shape`'s last dimension fastest, and the caller's own.
 * `dtype` tells TypeScript the kind of array: where it is `'float32'`, `data` is a Float32Array.
 */
export type Tensor = { [D in DType]: TensorOf<D> }[DType];

/** Outputs as the caller gets them. @param data of each; the engine makes them by their dtypes */
export function tensorsOf(outputs: readonly TensorInfo[], data: readonly TensorArray[]): Tensor[] {
  return outputs.map(
    ({ name, shape, dtype }, i) => ({ name, shape: [...shape], dtype, data: data[i] }) as Tensor,
  );
}

type ArrayMaker = {
  new (elements: number): TensorArray;
  new (buffer: ArrayBufferLike, byteOffset: number, elements: number): TensorArray;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
};

const kArrays: Record<DType, ArrayMaker> = {
  float32: Float32Array,
  float16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** The typed array's class for an element type (float16: its bits in a Uint16Array). */
export function arrayClass(dtype: DType): ArrayMaker {
  return kArrays[dtype];
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** "1×192×192×3", for messages. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

/** Whether a value is a typed array (a DataView is not). */
export function isTypedArray(value: unknown): value is TensorArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Whether memory is shared between threads, so that posting it would not copy it. */
export function isShared(buffer: ArrayBufferLike): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
}
