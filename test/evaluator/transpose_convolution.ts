// TRANSPOSE_CONV, and MediaPipe's custom operator Convolution2DTransposeBias.
//
// Both spread each input pixel over a window of the output: output pixel = input pixel × stride −
// padding + tap. They differ in where they take the output's size from, and in the order of their
// inputs. The filter is [output channel, row, column, input channel].

import { Padding, TransposeConvOptionsT } from '../../build/schema-ts/tflite.js';
import { applyFused } from './activation.js';
import {
  type Call,
  input,
  integers,
  type Operator,
  optionalInput,
  optionsOf,
  requireRank,
} from './operator.js';
import { addBias, dot, errorOfSum } from './sum_of_products.js';
import { elementCount, type Shape, type Value } from './value.js';
import { slidingWindow } from './window.js';

function spread(
  call: Call,
  x: Value,
  filter: Value,
  bias: Value | undefined,
  shape: Shape,
  stride: readonly [number, number],
  before: readonly [number, number],
): Value {
  requireRank(x, 4);
  requireRank(filter, 4);
  const [batches, height, width, inputChannels] = x.shape;
  const [outputChannels, kernelHeight, kernelWidth, filterChannels] = filter.shape;
  const [, outputHeight, outputWidth] = shape;
  if (filterChannels !== inputChannels || shape[3] !== outputChannels || shape[0] !== batches) {
    throw new Error('shapes of input, filter and output do not fit together');
  }

  const slide = (pixels: Float64Array, weights: Float64Array): Float64Array => {
    const sums = new Float64Array(elementCount(shape));
    for (let batch = 0; batch < batches; ++batch) {
      for (let row = 0; row < height; ++row) {
        for (let column = 0; column < width; ++column) {
          const from = ((batch * height + row) * width + column) * inputChannels;
          for (let ky = 0; ky < kernelHeight; ++ky) {
            const outputRow = row * stride[0] - before[0] + ky;
            if (outputRow < 0 || outputRow >= outputHeight) continue;
            for (let kx = 0; kx < kernelWidth; ++kx) {
              const outputColumn = column * stride[1] - before[1] + kx;
              if (outputColumn < 0 || outputColumn >= outputWidth) continue;
              const pixel = (batch * outputHeight + outputRow) * outputWidth + outputColumn;
              for (let o = 0; o < outputChannels; ++o) {
                const weight = ((o * kernelHeight + ky) * kernelWidth + kx) * inputChannels;
                sums[pixel * outputChannels + o] += dot(
                  pixels,
                  from,
                  weights,
                  weight,
                  inputChannels,
                );
              }
            }
          }
        }
      }
    }
    return sums;
  };

  const data = addBias(slide(x.data, filter.data), bias);
  if (!call.withError) return { shape, data };
  const taps = Math.ceil(kernelHeight / stride[0]) * Math.ceil(kernelWidth / stride[1]);
  const error = errorOfSum(x, filter, bias, data, taps * inputChannels, slide);
  return { shape, data, error };
}

// The output's shape is an input. Padding is that of the convolution which would map the output
// back to the input.
const transposeConvolution: Operator = (call) => {
  const shape = integers(input(call, 0));
  const filter = input(call, 1);
  const x = input(call, 2);
  const options = optionsOf(call, TransposeConvOptionsT);
  const { padding, strideH, strideW } = options;
  const sum = spread(
    call,
    x,
    filter,
    optionalInput(call, 3),
    shape,
    [strideH, strideW],
    [
      slidingWindow(shape[1], filter.shape[1], strideH, 1, padding).before,
      slidingWindow(shape[2], filter.shape[2], strideW, 1, padding).before,
    ],
  );
  return [applyFused(sum, options.fusedActivationFunction, call.withError)];
};

const customPaddings = new Map([
  [1, Padding.SAME],
  [2, Padding.VALID],
]);

// The output is as large as all windows together, less the padding. With SAME that is input ×
// stride only where the stride divides the input's size; else it is smaller.
const convolution2DTransposeBias: Operator = (call) => {
  const [x, filter, bias] = [input(call, 0), input(call, 1), input(call, 2)];
  const options = call.customOptions;
  if (options.length < 12) throw new Error(`${options.length} bytes of options, not 12`);
  const view = new DataView(options.buffer, options.byteOffset, options.byteLength);
  const padding = customPaddings.get(view.getInt32(0, true));
  if (padding === undefined) throw new Error(`padding ${view.getInt32(0, true)}`);
  const strideWidth = view.getInt32(4, true);
  const strideHeight = view.getInt32(8, true);

  const along = (size: number, kernel: number, stride: number): [number, number] => {
    const cut = padding === Padding.SAME ? Math.max(0, kernel - ((size - 1) % stride) - 1) : 0;
    return [stride * (size - 1) + kernel - cut, Math.floor(cut / 2)];
  };
  const [height, top] = along(x.shape[1], filter.shape[1], strideHeight);
  const [width, left] = along(x.shape[2], filter.shape[2], strideWidth);
  const shape = [x.shape[0], height, width, filter.shape[0]];
  return [spread(call, x, filter, bias, shape, [strideHeight, strideWidth], [top, left])];
};

export const transposeConvolutionOperators = {
  TRANSPOSE_CONV: transposeConvolution,
  Convolution2DTransposeBias: convolution2DTransposeBias,
} satisfies Record<string, Operator>;
