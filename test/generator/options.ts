// What a generated model may contain.

export const weightStorages = [
  'fp32',
  'fp16',
  'zeros',
  'csr',
  'csr16',
  'block',
  'block16',
] as const;

/**
 * How weights lie in the file: dense fp32; fp16 with DEQUANTIZE; fp32 with many exact zeros; sparse
 * rows with DENSIFY, fp32 or (16) fp16 with DEQUANTIZE after it; sparse blocks, likewise.
 */
export type WeightStorage = (typeof weightStorages)[number];

export interface GeneratorOptions {
  /** Layers at most (a block such as a residual counts as several). */
  layers?: number;
  /** Multiply-adds at most, over the whole model. */
  multiplyAdds?: number;
  /**
   * 'large': maps of more rows than the kernels take at a time, and layers of so many channels that
   * several threads share one. Costs more multiply-adds.
   */
  sizes?: 'usual' | 'large';
  /** Which storages to draw from. */
  storages?: readonly WeightStorage[];
  /** Operators to leave out, by name. */
  without?: readonly string[];
  /**
   * Nothing that LiteRT is known not to do: a convolution without bias, unnamed tensors, TANH or
   * SIGN_BIT fused, an input as output, an output listed twice, an input of open batch size.
   */
  peerSafe?: boolean;
  /** Traversal orders and compressed levels that no known converter writes. */
  unusualSparseFormats?: boolean;
}

export const defaultOptions: Required<GeneratorOptions> = {
  layers: 14,
  multiplyAdds: 1_500_000,
  sizes: 'usual',
  storages: weightStorages,
  without: [],
  peerSafe: false,
  unusualSparseFormats: true,
};
