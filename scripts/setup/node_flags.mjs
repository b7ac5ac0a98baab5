// V8's flags for programs that test the relaxed builds.

/** Node 20 knows relaxed SIMD only behind a flag, and newer versions no longer know the flag. */
export function nodeFlags() {
  const major = Number(process.versions.node.split('.')[0]);
  return major < 21 ? ['--experimental-wasm-relaxed-simd'] : [];
}
