// What pages load is made small by Terser, which looks further than esbuild does: a tenth less.

/** Whoever bundles what we ship reads these. */
const kForBundlers = /@vite-ignore|webpackIgnore/;

/**
 * @param {string} code
 * @param {object} [options]
 * @param {boolean} [options.module] an ES module; otherwise a plain script
 * @param {string} [options.map] source map of `code`
 * @param {string} [options.mapName] file of the new map
 * @returns {Promise<{code: string, map: string}>}
 */
export async function minifyScript(code, { module = true, map, mapName } = {}) {
  // Here, since a fresh clone has none before its set-up.
  const { minify } = await import('terser');
  const result = await minify(code, {
    module,
    ecma: 2020,
    // What is written twice is compressed well, but less so where it was put into other code.
    compress: { passes: 3, inline: 1 },
    format: { comments: kForBundlers },
    ...(map && { sourceMap: { content: map, url: mapName } }),
  });
  return { code: String(result.code), map: String(result.map) };
}
