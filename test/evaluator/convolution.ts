// CONV_2D (with groups) and DEPTHWISE_CONV_2D.

import { Conv2DOptionsT, DepthwiseConv2DOptionsT } from '../../build/schema-ts/tflite.js';
import { applyFused } from './activation.js';
import {
  type Call,
  input,
  type Operator,
  optionalInput,
  optionsOf,
  requireRank,
} from './operator.js';
import { addBias, dot, errorOfSum } from './sum_of_products.js';
import { elementCount, type Shape, shapeText, type Value } from './value.js';
import { slidingWindow, type Window } from './window.js';

interface Geometry {
  readonly rows: Window;
  readonly columns: Window;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
}

function geometryOf(
  inputShape: Shape,
  filterShape: Shape,
  options: Conv2DOptionsT | DepthwiseConv2DOptionsT,
): Geometry {
  const { padding, strideH, strideW, dilationHFactor, dilationWFactor } = options;
  return {
    rows: slidingWindow(inputShape[1], filterShape[1], strideH, dilationHFactor, padding),
    columns: slidingWindow(inputShape[2], filterShape[2], strideW, dilationWFactor, padding),
    strideHeight: strideH,
    strideWidth: strideW,
    dilationHeight: dilationHFactor,
    dilationWidth: dilationWFactor,
  };
}

/** Calls back for each output pixel and each filter tap that meets a pixel of the input. */
function forEachTap(
  inputShape: Shape,
  filterShape: Shape,
  geometry: Geometry,
  visit: (outputPixel: number, inputPixel: number, tap: number) => void,
): void {
  const [batches, height, width] = inputShape;
  const [, kernelHeight, kernelWidth] = filterShape;
  const { rows, columns } = geometry;
  let outputPixel = 0;
  for (let batch = 0; batch < batches; ++batch) {
    for (let row = 0; row < rows.count; ++row) {
      for (let column = 0; column < columns.count; ++column, ++outputPixel) {
        for (let ky = 0; ky < kernelHeight; ++ky) {
          const y = row * geometry.strideHeight - rows.before + ky * geometry.dilationHeight;
          if (y < 0 || y >= height) continue;
          for (let kx = 0; kx < kernelWidth; ++kx) {
            const x = column * geometry.strideWidth - columns.before + kx * geometry.dilationWidth;
            if (x < 0 || x >= width) continue;
            visit(outputPixel, (batch * height + y) * width + x, ky * kernelWidth + kx);
          }
        }
      }
    }
  }
}

// The filter is [output channel, row, column, input channel of the group]. How many groups there
// are shows in its last axis only.
const convolution: Operator = (call) => {
  const x = input(call, 0);
  const filter = input(call, 1);
  requireRank(x, 4);
  requireRank(filter, 4);
  const options = optionsOf(call, Conv2DOptionsT);
  const inputChannels = x.shape[3];
  const [outputChannels, kernelHeight, kernelWidth, groupInputs] = filter.shape;
  const groups = inputChannels / groupInputs;
  const groupOutputs = outputChannels / groups;
  if (!Number.isInteger(groups) || !Number.isInteger(groupOutputs)) {
    throw new Error(`filter ${shapeText(filter.shape)} on ${inputChannels} channels`);
  }
  const geometry = geometryOf(x.shape, filter.shape, options);
  const shape = [x.shape[0], geometry.rows.count, geometry.columns.count, outputChannels];
  const taps = kernelHeight * kernelWidth;

  const slide = (pixels: Float64Array, weights: Float64Array): Float64Array => {
    const sums = new Float64Array(elementCount(shape));
    forEachTap(x.shape, filter.shape, geometry, (outputPixel, inputPixel, tap) => {
      for (let o = 0; o < outputChannels; ++o) {
        const group = Math.floor(o / groupOutputs);
        sums[outputPixel * outputChannels + o] += dot(
          pixels,
          inputPixel * inputChannels + group * groupInputs,
          weights,
          (o * taps + tap) * groupInputs,
          groupInputs,
        );
      }
    });
    return sums;
  };
  return [finish(call, x, filter, shape, taps * groupInputs, slide, options)];
};

// The filter is [1, row, column, input channel × multiplier]. How many outputs an input channel
// has shows in its last axis; the option of that name is not looked at, as it can be wrong.
const depthwiseConvolution: Operator = (call) => {
  const x = input(call, 0);
  const filter = input(call, 1);
  requireRank(x, 4);
  requireRank(filter, 4);
  const options = optionsOf(call, DepthwiseConv2DOptionsT);
  const inputChannels = x.shape[3];
  const [, kernelHeight, kernelWidth, outputChannels] = filter.shape;
  const multiplier = outputChannels / inputChannels;
  if (!Number.isInteger(multiplier)) {
    throw new Error(`filter ${shapeText(filter.shape)} on ${inputChannels} channels`);
  }
  const geometry = geometryOf(x.shape, filter.shape, options);
  const shape = [x.shape[0], geometry.rows.count, geometry.columns.count, outputChannels];

  const slide = (pixels: Float64Array, weights: Float64Array): Float64Array => {
    const sums = new Float64Array(elementCount(shape));
    forEachTap(x.shape, filter.shape, geometry, (outputPixel, inputPixel, tap) => {
      let o = 0;
      for (let c = 0; c < inputChannels; ++c) {
        for (let m = 0; m < multiplier; ++m, ++o) {
          sums[outputPixel * outputChannels + o] +=
            pixels[inputPixel * inputChannels + c] * weights[tap * outputChannels + o];
        }
      }
    });
    return sums;
  };
  return [finish(call, x, filter, shape, kernelHeight * kernelWidth, slide, options)];
};

/** Bias, error and activation, after (or by) sliding the filter. */
function finish(
  call: Call,
  x: Value,
  filter: Value,
  shape: Shape,
  terms: number,
  slide: (pixels: Float64Array, weights: Float64Array) => Float64Array,
  options: Conv2DOptionsT | DepthwiseConv2DOptionsT,
): Value {
  const bias = optionalInput(call, 2);
  const data = addBias(slide(x.data, filter.data), bias);
  const error = call.withError ? errorOfSum(x, filter, bias, data, terms, slide) : undefined;
  const sum: Value = { shape, data, ...(error && { error }) };
  return applyFused(sum, options.fusedActivationFunction, call.withError);
}

export const convolutionOperators = {
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwiseConvolution,
} satisfies Record<string, Operator>;
