// @ts-check
// Sparsified models that lie on the server beside those that a page knows: NAME_sparse*.tflite, such
// as selfie_segmentation_landscape_sparse80.tflite. The server lists its models in models/index.json.

/**
 * Offers the sparsified siblings of a chooser's models, each below its dense one. Without a list of
 * models, or with none in it, the chooser stays as it is.
 * @param {HTMLSelectElement} chooser its options' values are names of models without `.tflite`
 */
export async function addSparseModels(chooser) {
  const names = await listModels();
  for (const option of [...chooser.options].reverse()) {
    const prefix = `${option.value}_sparse`;
    const siblings = names.filter((name) => name.startsWith(prefix)).sort();
    option.after(
      ...siblings.map((name) => {
        const label = `${option.label}, ${labelOf(name.slice(prefix.length))}`;
        return new Option(label, name);
      }),
    );
  }
}

/** @param {string} suffix what follows `_sparse` in the model's name */
function labelOf(suffix) {
  if (/^\d+$/.test(suffix)) return `${suffix} % sparse`;
  return `sparse${suffix.replaceAll('_', ' ')}`;
}

/** @returns {Promise<string[]>} names without `.tflite` */
async function listModels() {
  try {
    const response = await fetch('models/index.json');
    const files = /** @type {unknown} */ (response.ok ? await response.json() : []);
    return Array.isArray(files) ? files.map((file) => String(file).replace(/\.tflite$/, '')) : [];
  } catch {
    return []; // Somebody else's server, which answers with a page of its own, for instance.
  }
}
