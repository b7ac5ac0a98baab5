// The kernels' arguments and the one table that names them all.
//
// A kernel is a pure function over pointers and sizes; it knows neither Graph nor Plan. `src/ref/`
// holds a readable scalar body for every row, `src/wasm_simd/` the fast ones. Tests and benchmarks
// iterate over the rows, so a new row is tested and measured without another line.
//
// What holds for every kernel unless its comment says otherwise:
// - Pointers need the alignment of their element only.
// - Inputs (sources, weights, residuals) may be read up to kOverReadBytes past their last element;
//   outputs are written exactly, not one element beyond.
// - Outputs alias no input, except where "in place" is said.
// - NaN and infinity propagate as in the scalar body. Clamping a NaN gives NaN.
// - A call runs on the calling thread and touches no state but its arguments; calls on disjoint
//   outputs may run at the same time.
// - Strides and offsets are in floats unless the name says bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace filigree {

/// y = min(max(y, minimum), maximum), the part of an epilogue that costs nothing inside a kernel.
struct Clamp {
  float minimum = -std::numeric_limits<float>::infinity();
  float maximum = std::numeric_limits<float>::infinity();
};

// ---- 1×1 convolution over planes: output[row][pixel] = bias[row] + Σ weight ·
// input[channel][pixel]

/// Nonzero weights of one row: where their input planes lie, in bytes from SpmmArgs::input, and
/// their values. Four at a time, because a kernel then gets at them with three loads instead of
/// eight. The offsets are absolute, so that no load's address depends on an earlier load.
struct SpmmFour {
  int32_t inputOffsetBytes[4];
  float weight[4];
};

/// One column of two neighbouring rows that have their nonzeros in the same columns.
struct SpmmPair {
  int32_t inputOffsetBytes;
  float weight[2];
};

struct SpmmRow {
  uint32_t first;     // of its fours; of a pair of rows the first one's, of its pairs
  uint32_t nonzeros;  // the row's last four is not read any further; 0 is allowed
  float bias;
};

/// Sparse weights × CHW pixels. Rows are output channels.
struct SpmmArgs {
  size_t rows;
  size_t pixels;
  const float* input;
  const SpmmRow* row;     // `rows` of them; each begins where the one before it ends
  const SpmmFour* fours;  // for kernels of single rows
  const SpmmPair* pairs;  // for kernels of two rows, which take an even number of them
  float* output;          // output[row * outputPlane + pixel]
  size_t outputPlane;
  /// Null, or added before clamping; same geometry as the output, which it may be.
  const float* residual;
  Clamp clamp;
};
using SpmmFunction = void (*)(const SpmmArgs&);

/// Dense weights × CHW pixels. `weights` is packed by blocks of `rowBlock` rows, the last one
/// filled with zeros: first the block's biases, then for each channel the block's weights.
struct GemmArgs {
  size_t rows;
  size_t pixels;
  size_t channels;
  const float* input;  // input[channel * inputPlane + pixel]
  size_t inputPlane;
  const float* weights;
  float* output;  // output[row * outputPlane + pixel]
  size_t outputPlane;
  const float* residual;  // null, or added before clamping; same geometry as the output
  Clamp clamp;
};
using GemmFunction = void (*)(const GemmArgs&);

/// Dense weights × few pixels: the lanes run over output channels. Also the fully connected layer
/// (a "pixel" is then a batch row). Packed as for GemmArgs.
struct GemvArgs {
  size_t rows;
  size_t pixels;
  size_t channels;
  const float* input;  // input[channel * inputPlane + pixel * inputPixel]
  size_t inputPlane;
  size_t inputPixel;
  const float* weights;
  float* output;  // output[row * outputPlane + pixel * outputPixel]
  size_t outputPlane;
  size_t outputPixel;
  const float* residual;  // null, or added before clamping; same geometry as the output
  Clamp clamp;
};
using GemvFunction = void (*)(const GemvArgs&);

// ---- First convolution: interleaved (HWC) input rows → one row of output planes

/// `weights` is packed by blocks of `rowBlock` output channels, the last one filled with zeros:
/// first the block's biases, then for each kernel row, kernel column and input channel the block's
/// weights.
struct ConvHwcArgs {
  size_t outputChannels;
  size_t columns;  // output pixels of this row
  size_t kernelHeight;
  size_t kernelWidth;
  size_t inputChannels;
  size_t strideX;  // in input pixels
  const float* const*
      sourceRows;  // kernelHeight zero-bordered rows; [0] is the first tap of column 0
  const float* weights;
  float* output;  // output[channel * outputPlane + column]
  size_t outputPlane;
  Clamp clamp;
};
using ConvHwcFunction = void (*)(const ConvHwcArgs&);

// ---- Depthwise convolution where the planes lie: square windows, no dilation

/// output(row, column) = bias + Σ weight[y][x] · input(s · row + y − top, s · column + x − left), s
/// being the stride of the kernel's row and y and x going up to its size, with zeros outside the
/// input, for each of several planes. The input may be read up to kOverReadBytes before its first
/// element, too.
struct DepthwiseArgs {
  size_t planes;
  size_t firstRow;  // of the output
  size_t rows;      // of the output, from firstRow on
  size_t columns;   // of the output
  size_t height;    // of the input
  size_t width;     // of the input
  const float* input;
  size_t inputPlane;
  size_t top;   // rows of zeros above the input
  size_t left;  // columns of zeros before it, at most kMostLeft
  /// For −left ≤ c < s · columns + size + kMostLeft: inside[left + c] has all bits set where the
  /// input has a column c, else none. `zeros` are as many zeros.
  const uint32_t* inside;
  const float* zeros;
  const float* weights;  // size · size for each plane
  const float* bias;     // planes
  float* output;         // the first plane's first row, whatever firstRow is
  size_t outputPlane;
  Clamp clamp;

  static constexpr size_t kMostLeft = 8;
};
using DepthwiseFunction = void (*)(const DepthwiseArgs&);

// ---- Windows over one bordered plane: depthwise convolution and pooling

/// The source is a copy of one plane with its border filled in. For a horizontal stride s > 1 the
/// copy keeps the columns of each phase (column mod s) together, so that neighbouring outputs
/// always read neighbouring floats: output (row, column) reads source[row * sourceRow + taps[i] +
/// column] for each of the taps.
struct WindowArgs {
  size_t rows;     // output rows
  size_t columns;  // output columns
  const float* source;
  size_t sourceRow;  // between the source rows of two output rows
  size_t tapCount;
  const int32_t* taps;   // offsets
  const float* weights;  // one for each tap; null for pooling
  float bias;            // 0 for pooling
  float* output;         // output[row * outputRow + column]
  size_t outputRow;
  Clamp clamp;
};
/// A maximum passes over NaN, as TFLite's does; of nothing but NaN it is minus infinity.
using WindowFunction = void (*)(const WindowArgs&);

// ---- Elementwise

enum class Binary : uint8_t { Add, Mul };

/// output[i] = clamp(a[i] op b[i]); `bIsScalar`: b[0] for all. In place on `a` or `b` is allowed.
struct BinaryArgs {
  size_t count;
  const float* a;
  const float* b;
  bool bIsScalar;
  float* output;
  Clamp clamp;
};
using BinaryFunction = void (*)(const BinaryArgs&);

/// output[i] = f(input[i]). In place is allowed. `parameter`: the slope of Prelu, else unused.
/// SignBit is 1 where the sign bit is set, else 0. Logistic and Tanh are right to a relative error
/// of 3e-7; results that would be denormal may be 0.
struct UnaryArgs {
  size_t count;
  const float* input;
  float* output;
  float parameter;
  Clamp clamp;  // of Unary::Clamp only
};
using UnaryFunction = void (*)(const UnaryArgs&);

enum class Unary : uint8_t { Clamp, Prelu, HardSwish, Logistic, Tanh, SignBit };

// ---- Whole planes and rows

/// Σ input[i] in a fixed order of 16 partial sums, then a tree: the same in every variant.
using SumFunction = float (*)(const float* input, size_t count);

/// output[i] = top[i] + (bottom[i] − top[i]) · fraction, for `count` floats.
using LerpFunction = void (*)(const float* top, const float* bottom, float fraction, float* output,
                              size_t count);

/// output[i] = row[left[i]] + (row[right[i]] − row[left[i]]) · fraction[i].
using LerpGatherFunction = void (*)(const float* row, const int32_t* left, const int32_t* right,
                                    const float* fraction, float* output, size_t count);

/// How four neighbouring outputs are interpolated from four neighbouring inputs, as they are where
/// a map is enlarged.
struct LerpGroup {
  int32_t first;      // index of the first input
  uint8_t left[16];   // for each byte of the outputs which of the inputs' bytes it takes
  uint8_t right[16];  // the same for the right neighbours
  float fraction[4];
};

/// As LerpGatherFunction: a group for every four outputs and one for those that are left over.
using LerpGroupsFunction = void (*)(const float* row, const LerpGroup* groups, float* output,
                                    size_t count);

/// output[column * outputRow + row] = input[row * inputRow + column].
using TransposeFunction = void (*)(const float* input, size_t inputRow, float* output,
                                   size_t outputRow, size_t rows, size_t columns);

/// Makes the source of a window kernel: copies rows of a plane and lays a border around them.
/// Bordered column c of a row goes to output[row * phases * phaseFloats + c % phases * phaseFloats
/// + c / phases]; the plane's column i is bordered column before + i, all others up to phases *
/// phaseFloats become `border`. With `columns` 0 the rows are border alone.
struct BorderArgs {
  size_t rows;
  size_t columns;      // of the plane that are copied
  const float* input;  // the first row's first column
  size_t inputRow;     // between rows of the plane
  size_t before;       // bordered columns before the first copied one
  size_t phases;       // the window's horizontal stride
  size_t phaseFloats;
  float border;
  float* output;
};
using BorderFunction = void (*)(const BorderArgs&);

/// Pixels of bytes (red, green, blue and perhaps alpha, which is left out) as interleaved floats:
/// output[3 · pixel + channel] = (byte − mean[channel]) / std[channel], rounded after each of the
/// two steps, so that every build has the same results. The output may lie over the bytes where
/// both end at the same address: of what is read and written from the front nothing is overwritten
/// too early.
struct NormalizeArgs {
  size_t pixels;
  size_t bytesPerPixel;  // 3 or 4
  const uint8_t* bytes;
  float* output;
  float mean[4];  // of which the last is not used
  float std[4];
};
using NormalizeFunction = void (*)(const NormalizeArgs&);

// ---- The table
//
// Pixels may be divided among calls at multiples of a kernel's pixelTile (of the first two kernels
// anywhere) and rows at multiples of its rowBlock: the results are the same to the last bit.

struct SpmmKernel {
  const char* name;
  size_t rowBlock;   // 1, or 2 for rows that come in pairs
  size_t pixelTile;  // pixels at a time; any number of pixels is allowed
  SpmmFunction run;
};

struct GemmKernel {
  const char* name;
  size_t rowBlock;
  size_t pixelTile;
  GemmFunction run;
};

struct GemvKernel {
  const char* name;
  size_t rowBlock;
  size_t pixelTile;
  GemvFunction run;
};

struct ConvHwcKernel {
  const char* name;
  size_t rowBlock;
  ConvHwcFunction run;
};

struct DepthwiseKernel {
  const char* name;
  size_t size;  // of the window, rows and columns
  size_t stride;
  DepthwiseFunction run;
};

enum class WindowKind : uint8_t { Convolution, Maximum, Sum };

struct WindowKernel {
  const char* name;
  WindowKind kind;
  WindowFunction run;
};

struct BinaryKernel {
  const char* name;
  Binary kind;
  BinaryFunction run;
};

struct UnaryKernel {
  const char* name;
  Unary kind;
  UnaryFunction run;
};

/// One complete set. Of several rows of a family, the planner takes the first; of spmm one of each
/// rowBlock.
struct KernelTable {
  const char* name;  // "reference", "simd" or "relaxed"
  std::span<const SpmmKernel> spmm;
  std::span<const GemmKernel> gemm;
  std::span<const GemvKernel> gemv;
  std::span<const ConvHwcKernel> convHwc;
  std::span<const DepthwiseKernel> depthwise;
  std::span<const WindowKernel> window;
  std::span<const BinaryKernel> binary;
  std::span<const UnaryKernel> unary;
  SumFunction sum;
  LerpFunction lerp;
  LerpGatherFunction lerpGather;
  LerpGroupsFunction lerpGroups;
  TransposeFunction transpose;
  BorderFunction border;
  NormalizeFunction normalize;
};

/// src/ref/table.cpp. Only tests and native builds without SIMD use it to run models.
const KernelTable& referenceKernels();

/// src/wasm_simd/table.cpp.
const KernelTable& simdKernels();

/// The multiply-add limit: runs register-only loops with `accumulators` (4 to 16) independent
/// vectors for `iterations` rounds and returns the multiply-adds done. `sink` keeps the result
/// alive. src/wasm_simd/peak.cpp.
double runPeakLoop(int accumulators, size_t iterations, float* sink);

}  // namespace filigree
