// RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR.
//
// Coordinates are computed in float32, step by step as TensorFlow Lite does: for the nearest
// neighbour a last bit decides which pixel is taken.

import {
  ResizeBilinearOptionsT,
  ResizeNearestNeighborOptionsT,
} from '../../build/schema-ts/tflite.js';
import { input, integers, type Operator, optionsOf, requireRank } from './operator.js';
import { errorAt, kRoundoff } from './rounding.js';
import { rearrange } from './value.js';

const float = Math.fround;

interface Convention {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

function scaleOf(inputSize: number, outputSize: number, { alignCorners }: Convention): number {
  return alignCorners && outputSize > 1
    ? float((inputSize - 1) / (outputSize - 1))
    : float(inputSize / outputSize);
}

/** The two pixels between which an output pixel lies, and the second one's weight. */
interface Between {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

export function bilinearTaps(
  inputSize: number,
  outputSize: number,
  convention: Convention,
): Between[] {
  const scale = scaleOf(inputSize, outputSize, convention);
  return Array.from({ length: outputSize }, (_, i) => {
    const at = convention.halfPixelCenters
      ? float(float(float(i + 0.5) * scale) - 0.5)
      : float(i * scale);
    const low = Math.max(Math.floor(at), 0);
    const high = Math.min(Math.ceil(at), inputSize - 1);
    // Outside the outermost centres both are the same pixel, and the weight does not matter.
    return { low, high, weight: at - low };
  });
}

export function nearestTaps(
  inputSize: number,
  outputSize: number,
  convention: Convention,
): number[] {
  const scale = scaleOf(inputSize, outputSize, convention);
  const offset = convention.halfPixelCenters ? 0.5 : 0;
  // std::round: halves away from zero.
  const toInteger = convention.alignCorners ? (x: number) => Math.floor(x + 0.5) : Math.floor;
  return Array.from({ length: outputSize }, (_, i) => {
    const index = Math.min(toInteger(float(float(i + offset) * scale)), inputSize - 1);
    return Math.max(index, 0);
  });
}

const resizeBilinear: Operator = (call) => {
  const x = input(call, 0);
  requireRank(x, 4);
  const [height, width] = integers(input(call, 1));
  const convention = optionsOf(call, ResizeBilinearOptionsT);
  const [batches, inputHeight, inputWidth, channels] = x.shape;
  const rows = bilinearTaps(inputHeight, height, convention);
  const columns = bilinearTaps(inputWidth, width, convention);

  const data = new Float64Array(batches * height * width * channels);
  const error = call.withError ? new Float64Array(data.length) : undefined;
  let i = 0;
  for (let batch = 0; batch < batches; ++batch) {
    for (const row of rows) {
      for (const column of columns) {
        const at = (y: number, z: number): number =>
          ((batch * inputHeight + y) * inputWidth + z) * channels;
        const places = [
          at(row.low, column.low),
          at(row.low, column.high),
          at(row.high, column.low),
          at(row.high, column.high),
        ];
        const weights = [
          (1 - row.weight) * (1 - column.weight),
          (1 - row.weight) * column.weight,
          row.weight * (1 - column.weight),
          row.weight * column.weight,
        ];
        for (let c = 0; c < channels; ++c, ++i) {
          let sum = 0;
          let magnitude = 0;
          let errors = 0;
          for (let corner = 0; corner < 4; ++corner) {
            const value = x.data[places[corner] + c];
            sum += value * weights[corner];
            magnitude += Math.abs(value);
            errors += errorAt(x.error, places[corner] + c) * Math.abs(weights[corner]);
          }
          data[i] = sum;
          // A coordinate has rounding errors of its own size, which are absolute in the weights.
          if (error) error[i] = errors + kRoundoff * (inputHeight + inputWidth + 4) * magnitude;
        }
      }
    }
  }
  return [{ shape: [batches, height, width, channels], data, ...(error && { error }) }];
};

const resizeNearestNeighbor: Operator = (call) => {
  const x = input(call, 0);
  requireRank(x, 4);
  const [height, width] = integers(input(call, 1));
  const convention = optionsOf(call, ResizeNearestNeighborOptionsT);
  const [batches, inputHeight, inputWidth, channels] = x.shape;
  const rows = nearestTaps(inputHeight, height, convention);
  const columns = nearestTaps(inputWidth, width, convention);
  const sources = new Int32Array(batches * height * width * channels);
  let i = 0;
  for (let batch = 0; batch < batches; ++batch) {
    for (const row of rows) {
      for (const column of columns) {
        const pixel = (batch * inputHeight + row) * inputWidth + column;
        for (let c = 0; c < channels; ++c) sources[i++] = pixel * channels + c;
      }
    }
  }
  return [rearrange(x, [batches, height, width, channels], sources)];
};

export const resizeOperators = {
  RESIZE_BILINEAR: resizeBilinear,
  RESIZE_NEAREST_NEIGHBOR: resizeNearestNeighbor,
} satisfies Record<string, Operator>;
