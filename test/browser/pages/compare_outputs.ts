// How far two engines' outputs are apart.

export interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The output of the same name and shape. */
export function sameOutput<T extends Output>(wanted: Output, outputs: readonly T[]): T {
  const output = outputs.find(({ name }) => name === wanted.name);
  if (!output) throw new Error(`no output ${wanted.name} among ${outputs.map(({ name }) => name)}`);
  if (String(output.shape) !== String(wanted.shape)) {
    throw new Error(`${wanted.name} has shape ${output.shape} instead of ${wanted.shape}`);
  }
  return output;
}

/** Largest |difference| ÷ largest |expected|; NaN as soon as there is one. */
export function relativeDifference(expected: Output, actual: Output): number {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.data.length; ++i) {
    const distance = Math.abs(expected.data[i] - actual.data[i]);
    if (Number.isNaN(distance)) return Number.NaN;
    largest = Math.max(largest, Math.abs(expected.data[i]));
    difference = Math.max(difference, distance);
  }
  return difference / largest;
}
