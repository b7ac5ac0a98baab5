// Removes from a model what its outputs do not need: operators, tensors, buffers, inputs.

import type { EditableModel } from './editable_model.js';

/** Old number → new number, for the kept entries in their old order. */
function renumber<T>(list: readonly T[], kept: ReadonlySet<number>): [T[], Map<number, number>] {
  const numbers = new Map<number, number>();
  const result = list.filter((_, i) => {
    if (!kept.has(i)) return false;
    numbers.set(i, numbers.size);
    return true;
  });
  return [result, numbers];
}

/** Works in place, on a model that nobody else holds. */
export function prune(model: EditableModel): EditableModel {
  const { graph } = model;
  const needed = new Set(graph.outputs);
  graph.operators = graph.operators
    .toReversed()
    .filter((operator) => {
      if (!operator.outputs.some((tensor) => needed.has(tensor))) return false;
      for (const tensor of [...operator.inputs, ...operator.outputs]) needed.add(tensor);
      return true;
    })
    .toReversed();
  needed.delete(-1);
  graph.inputs = graph.inputs.filter((tensor) => needed.has(tensor));

  const [tensors, tensorNumbers] = renumber(graph.tensors, needed);
  const newTensor = (tensor: number): number => tensorNumbers.get(tensor) ?? -1;
  graph.tensors = tensors;
  graph.inputs = graph.inputs.map(newTensor);
  graph.outputs = graph.outputs.map(newTensor);

  const codes = new Set(graph.operators.map((operator) => operator.opcodeIndex));
  const [operatorCodes, codeNumbers] = renumber(model.operatorCodes, codes);
  model.operatorCodes = operatorCodes;
  for (const operator of graph.operators) {
    operator.inputs = operator.inputs.map(newTensor);
    operator.outputs = operator.outputs.map(newTensor);
    operator.opcodeIndex = codeNumbers.get(operator.opcodeIndex) ?? 0;
  }

  const used = new Set([0, ...tensors.map((tensor) => tensor.buffer)]);
  const [buffers, bufferNumbers] = renumber(model.buffers, used);
  model.buffers = buffers;
  for (const tensor of tensors) tensor.buffer = bufferNumbers.get(tensor.buffer) ?? 0;
  return model;
}
