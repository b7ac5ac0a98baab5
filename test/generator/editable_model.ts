// A model as it is built and cut down: plain objects of the generated reader, with the constants'
// bytes beside them. Only what the generator and the reducer need: one subgraph.
//
// The objects could pack themselves, but would write an empty vector wherever a field is unused,
// which converters do not do and some runtimes react to. So tensors and operators are written here.

import { Builder, ByteBuffer } from 'flatbuffers';
import {
  Buffer,
  Model,
  Operator,
  type OperatorCodeT,
  type OperatorT,
  SparsityParameters,
  type SparsityParametersT,
  SubGraph,
  SubGraphT,
  Tensor,
  type TensorT,
} from '../../build/schema-ts/tflite.js';

const kSchemaVersion = 3;

export interface EditableModel {
  graph: SubGraphT;
  operatorCodes: OperatorCodeT[];
  /** The first is empty. */
  buffers: Uint8Array[];
}

export function emptyModel(): EditableModel {
  return { graph: new SubGraphT(), operatorCodes: [], buffers: [new Uint8Array()] };
}

export function parseModel(bytes: Uint8Array): EditableModel {
  const model = Model.getRootAsModel(new ByteBuffer(bytes));
  const graph = model.subgraphs(0);
  if (!graph) throw new Error('no subgraph');
  return {
    graph: graph.unpack(),
    operatorCodes: Array.from({ length: model.operatorCodesLength() }, (_, i) => {
      const code = model.operatorCodes(i);
      if (!code) throw new Error(`no operator code ${i}`);
      return code.unpack();
    }),
    buffers: Array.from({ length: model.buffersLength() }, (_, i) =>
      Uint8Array.from(model.buffers(i)?.dataArray() ?? []),
    ),
  };
}

/** 0, which means an absent field, for an empty list. */
function unlessEmpty<T>(list: readonly T[], write: (builder: Builder, list: T[]) => number) {
  return (builder: Builder): number => (list.length === 0 ? 0 : write(builder, [...list]));
}

/** Aligned to 16 bytes as the format asks, which the generated TypeScript does not do by itself. */
function writeBuffer(builder: Builder, bytes: Uint8Array): number {
  let data = 0;
  if (bytes.length > 0) {
    builder.startVector(1, bytes.length, 16);
    for (let i = bytes.length - 1; i >= 0; --i) builder.addInt8(bytes[i]);
    data = builder.endVector();
  }
  Buffer.startBuffer(builder);
  Buffer.addData(builder, data);
  return Buffer.endBuffer(builder);
}

function writeSparsity(builder: Builder, sparsity: SparsityParametersT): number {
  const order = SparsityParameters.createTraversalOrderVector(builder, sparsity.traversalOrder);
  const blocks = unlessEmpty(sparsity.blockMap, SparsityParameters.createBlockMapVector)(builder);
  const levels = SparsityParameters.createDimMetadataVector(
    builder,
    sparsity.dimMetadata.map((level) => level.pack(builder)),
  );
  SparsityParameters.startSparsityParameters(builder);
  SparsityParameters.addTraversalOrder(builder, order);
  SparsityParameters.addBlockMap(builder, blocks);
  SparsityParameters.addDimMetadata(builder, levels);
  return SparsityParameters.endSparsityParameters(builder);
}

function writeTensor(builder: Builder, tensor: TensorT): number {
  const shape = Tensor.createShapeVector(builder, tensor.shape);
  const name = tensor.name === null ? 0 : builder.createString(tensor.name);
  const sparsity = tensor.sparsity === null ? 0 : writeSparsity(builder, tensor.sparsity);
  const signature = unlessEmpty(tensor.shapeSignature, Tensor.createShapeSignatureVector)(builder);
  Tensor.startTensor(builder);
  Tensor.addShape(builder, shape);
  Tensor.addType(builder, tensor.type);
  Tensor.addBuffer(builder, tensor.buffer);
  Tensor.addName(builder, name);
  Tensor.addSparsity(builder, sparsity);
  Tensor.addShapeSignature(builder, signature);
  Tensor.addHasRank(builder, tensor.hasRank);
  return Tensor.endTensor(builder);
}

function writeOperator(builder: Builder, operator: OperatorT): number {
  const inputs = Operator.createInputsVector(builder, operator.inputs);
  const outputs = Operator.createOutputsVector(builder, operator.outputs);
  const options = operator.builtinOptions?.pack(builder) ?? 0;
  const custom = unlessEmpty(operator.customOptions, Operator.createCustomOptionsVector)(builder);
  Operator.startOperator(builder);
  Operator.addOpcodeIndex(builder, operator.opcodeIndex);
  Operator.addInputs(builder, inputs);
  Operator.addOutputs(builder, outputs);
  Operator.addBuiltinOptionsType(builder, operator.builtinOptionsType);
  Operator.addBuiltinOptions(builder, options);
  Operator.addCustomOptions(builder, custom);
  return Operator.endOperator(builder);
}

function writeGraph(builder: Builder, graph: SubGraphT): number {
  const tensors = SubGraph.createTensorsVector(
    builder,
    graph.tensors.map((tensor) => writeTensor(builder, tensor)),
  );
  const inputs = SubGraph.createInputsVector(builder, graph.inputs);
  const outputs = SubGraph.createOutputsVector(builder, graph.outputs);
  const operators = SubGraph.createOperatorsVector(
    builder,
    graph.operators.map((operator) => writeOperator(builder, operator)),
  );
  SubGraph.startSubGraph(builder);
  SubGraph.addTensors(builder, tensors);
  SubGraph.addInputs(builder, inputs);
  SubGraph.addOutputs(builder, outputs);
  SubGraph.addOperators(builder, operators);
  return SubGraph.endSubGraph(builder);
}

export function serializeModel(model: EditableModel): Uint8Array {
  const builder = new Builder(4096);
  const buffers = Model.createBuffersVector(
    builder,
    model.buffers.map((bytes) => writeBuffer(builder, bytes)),
  );
  const graphs = Model.createSubgraphsVector(builder, [writeGraph(builder, model.graph)]);
  const codes = Model.createOperatorCodesVector(
    builder,
    model.operatorCodes.map((code) => code.pack(builder)),
  );
  const description = builder.createString('made by the test generator');
  Model.startModel(builder);
  Model.addVersion(builder, kSchemaVersion);
  Model.addOperatorCodes(builder, codes);
  Model.addSubgraphs(builder, graphs);
  Model.addDescription(builder, description);
  Model.addBuffers(builder, buffers);
  Model.finishModelBuffer(builder, Model.endModel(builder));
  return builder.asUint8Array().slice();
}
