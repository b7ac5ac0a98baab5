// The glue modules lie beside the bundle in dist/, made by Emscripten; bundlers leave them alone.

declare module '*-simd.js' {
  const factory: import('../bindings/glue.js').GlueFactory;
  export default factory;
}
declare module '*-simd-threads.js' {
  const factory: import('../bindings/glue.js').GlueFactory;
  export default factory;
}
declare module '*-relaxed.js' {
  const factory: import('../bindings/glue.js').GlueFactory;
  export default factory;
}
declare module '*-relaxed-threads.js' {
  const factory: import('../bindings/glue.js').GlueFactory;
  export default factory;
}
