// Reads a .tflite file into plain records. Only the generated FlatBuffers reader knows the bytes.
//
// Test code: files are trusted here, a malformed one is an exception of some kind.

import { ByteBuffer } from 'flatbuffers';
import {
  BuiltinOperator,
  DimensionType,
  Model,
  type SparsityParametersT,
  type Tensor,
  TensorType,
} from '../../build/schema-ts/tflite.js';
import { halfToNumber } from './float16.js';
import { expandSparse, type SparseFormat } from './sparse.js';
import { elementCount, type Shape, type Value } from './value.js';

export interface TensorRecord {
  readonly name: string;
  readonly shape: Shape;
  readonly type: TensorType;
  /** Present where the file holds the values; sparse ones are expanded. */
  readonly constant?: Value;
}

export interface OperatorRecord {
  /** Name of the builtin operator, or the custom operator's own name. */
  readonly name: string;
  /** Tensor numbers; -1 for an optional input that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: unknown;
  readonly customOptions: Uint8Array;
}

export interface ModelRecord {
  readonly tensors: readonly TensorRecord[];
  readonly operators: readonly OperatorRecord[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

function storedValues(type: TensorType, bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (size: number, at: (offset: number) => number): Float64Array => {
    const values = new Float64Array(bytes.byteLength / size);
    for (let i = 0; i < values.length; ++i) values[i] = at(i * size);
    return values;
  };
  switch (type) {
    case TensorType.FLOAT32:
      return read(4, (offset) => view.getFloat32(offset, true));
    case TensorType.FLOAT16:
      return read(2, (offset) => halfToNumber(view.getUint16(offset, true)));
    case TensorType.INT32:
      return read(4, (offset) => view.getInt32(offset, true));
    case TensorType.INT64:
      return read(8, (offset) => Number(view.getBigInt64(offset, true)));
    default:
      throw new Error(`constants of type ${TensorType[type]}`);
  }
}

export function sparseFormatOf(sparsity: SparsityParametersT): SparseFormat {
  return {
    traversalOrder: sparsity.traversalOrder,
    blockMap: sparsity.blockMap,
    levels: sparsity.dimMetadata.map((level) =>
      level.format === DimensionType.DENSE
        ? { kind: 'dense', size: level.denseSize }
        : {
            kind: 'csr',
            segments: level.arraySegments?.values ?? [],
            indices: level.arrayIndices?.values ?? [],
          },
    ),
  };
}

function readTensor(model: Model, tensor: Tensor): TensorRecord {
  const shape = Array.from(tensor.shapeArray() ?? []);
  const bytes = model.buffers(tensor.buffer())?.dataArray();
  const sparsity = tensor.sparsity()?.unpack();
  const type = tensor.type();
  const record = { name: tensor.name() ?? '', shape, type };
  // An empty buffer means "computed at run time", unless the tensor has no elements to store (a
  // sparse one may hold nothing but zeros).
  const isConstant = (bytes && bytes.length > 0) || sparsity || elementCount(shape) === 0;
  if (!isConstant) return record;
  const stored = storedValues(type, bytes ?? new Uint8Array());
  const data = sparsity ? expandSparse(shape, sparseFormatOf(sparsity), stored) : stored;
  if (data.length !== elementCount(shape)) {
    throw new Error(`tensor ${record.name}: ${data.length} values for ${elementCount(shape)}`);
  }
  return { ...record, constant: { shape, data } };
}

export function readModel(bytes: Uint8Array): ModelRecord {
  const buffer = new ByteBuffer(bytes);
  if (!Model.bufferHasIdentifier(buffer)) throw new Error('no TFL3 file');
  const model = Model.getRootAsModel(buffer);
  const graph = model.subgraphs(0);
  if (!graph) throw new Error('no subgraph');

  const names = Array.from({ length: model.operatorCodesLength() }, (_, i) => {
    const code = model.operatorCodes(i);
    if (!code) throw new Error(`no operator code ${i}`);
    // Older files have the one-byte field only; newer ones put 127 there for large codes.
    const builtin = Math.max(code.builtinCode(), code.deprecatedBuiltinCode());
    return builtin === BuiltinOperator.CUSTOM
      ? (code.customCode() ?? '')
      : BuiltinOperator[builtin];
  });

  return {
    tensors: Array.from({ length: graph.tensorsLength() }, (_, i) => {
      const tensor = graph.tensors(i);
      if (!tensor) throw new Error(`no tensor ${i}`);
      return readTensor(model, tensor);
    }),
    operators: Array.from({ length: graph.operatorsLength() }, (_, i) => {
      const operator = graph.operators(i)?.unpack();
      if (!operator) throw new Error(`no operator ${i}`);
      return {
        name: names[operator.opcodeIndex],
        inputs: operator.inputs,
        outputs: operator.outputs,
        options: operator.builtinOptions,
        customOptions: Uint8Array.from(operator.customOptions),
      };
    }),
    inputs: Array.from(graph.inputsArray() ?? []),
    outputs: Array.from(graph.outputsArray() ?? []),
  };
}
