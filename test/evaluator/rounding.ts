// How far a correct float32 engine may be from the exact result.
//
// The evaluator computes in double precision, whose own rounding does not matter here. A float32
// engine rounds after every operation, by at most u = 2^-24 of the result, in either direction
// alike: a random error with standard deviation r = u / √3 of the result's magnitude. Per element
// the evaluator carries σ, the standard deviation of the error so far:
//
// - Moving data: σ moves along. Maximum and clamping: the larger σ; a clamped value has none.
// - A sum of n products s = Σ w x: each product and each partial sum s_k is rounded once. In no
//   particular order of the terms the partial sums grow like E[s_k²] ≤ Σ(w x)² + s², so rounding
//   adds n r² (Σ(w x)² + s²) to the variance; and each input's own error comes in with w² σ².
//   Together: Σ w² (σ² + n r² x²) + n r² s², which is the same sliding sum over squared weights.
//   Taking the errors of the terms for independent is what keeps this useful: the worst case grows
//   by Σ|w| per layer, tenfold and more, and after a few layers would forgive anything.
// - Addition, multiplication: the same with one or two terms, their slopes for weights.
// - The pixels of a mean or of a resize, whose errors often have a common cause: their σ are added
//   up linearly, as in the worst case.
// - A function y = f(x): the largest change of f over x ± kTolerance σ, divided by kTolerance; plus
//   some units for the float32 approximation of f itself. A step (SIGN_BIT) is forgiven where the
//   error can cross it, and only there.
//
// A difference is accepted up to kTolerance σ: five for the statistics of millions of elements,
// the rest for correlations that the model above leaves out and for exact rewritings of the graph
// (folding a factor into weights). Real defects are orders of magnitude larger.

export const kRoundoff = 2 ** -24 / Math.sqrt(3);

export const kTolerance = 12;

/** Variance per squared magnitude that `terms` roundings of partial sums add, n r² above. */
export function sumVariance(terms: number): number {
  return terms * kRoundoff * kRoundoff;
}

export function errorAt(error: Float64Array | undefined, i: number): number {
  return error === undefined ? 0 : error[i];
}
