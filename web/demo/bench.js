// @ts-check
// The bench page: a model's latency, layer by layer, with sparse kernels and without.

import { loadModel } from 'filigree';
import { attempt, choices, chosenThreads, element, onFile, options, say } from './page.js';
import { median } from './statistics.js';
import { layerText, tableRow } from './table.js';

/** @typedef {import('filigree').Model} Model */
/** @typedef {import('filigree').Explanation} Explanation */
/** @typedef {Awaited<ReturnType<typeof measure>>} Measured */

const kTurns = 4;
const kRuns = 10;

const copy = /** @type {HTMLButtonElement} */ (element('copy'));

let json = '';

/**
 * Layers that only exist in the file take no time, and no profile has them.
 * @param {import('filigree').Profile[]} profiles @param {number} index
 */
function medianOfLayer(profiles, index) {
  return median(
    profiles.map(({ layers }) => layers.find((layer) => layer.index === index)?.ms ?? 0),
  );
}

/** @param {Model} model */
function noise(model) {
  return model.inputs.map(({ shape, dtype }) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    if (dtype !== 'float32') throw new Error(`an input of ${dtype}: only float32 is filled here`);
    return Float32Array.from({ length: count }, () => Math.random());
  });
}

/**
 * @param {Uint8Array} bytes
 * @param {number | 'auto'} threads
 */
async function measure(bytes, threads) {
  const kinds = /** @type {const} */ (['auto', 'never']);
  const models = [];
  try {
    for (const sparse of kinds) {
      const started = performance.now();
      const model = await loadModel(bytes, { threads, sparse });
      models.push({ model, sparse, loadMs: performance.now() - started, peak: 0, profiles: [] });
    }
    const inputs = noise(models[0].model);
    // In turns, so that both meet the same machine.
    for (let turn = 0; turn < kTurns; ++turn) {
      for (const one of models) {
        one.peak = Math.max(one.peak, await one.model.peak());
        /** @type {import('filigree').Profile[]} */ (one.profiles).push(
          await one.model.profile(inputs, { runs: kRuns }),
        );
      }
    }
    return await Promise.all(
      models.map(async ({ model, sparse, loadMs, peak, profiles }) => {
        const all = /** @type {import('filigree').Profile[]} */ (profiles);
        const { variant, threads: count, macs, layers } = await model.explain();
        const { totalBytes } = await model.memory();
        const ms = median(all.map((profile) => profile.ms.median));
        return {
          ...{ sparse, variant, threads: count, ms, loadMs, macs },
          fileBytes: bytes.length,
          memoryBytes: totalBytes,
          gmacs: macs.nonzero / ms / 1e6,
          peakGmacs: peak,
          layers: layers.map((layer) => ({ ...layer, ms: medianOfLayer(all, layer.index) })),
        };
      }),
    );
  } finally {
    for (const { model } of models) model.dispose();
  }
}

/** @param {Uint8Array} bytes @param {string} name */
async function bench(bytes, name) {
  element('results').hidden = true;
  copy.disabled = true;
  say(`Measuring ${name} …`);
  const results = await measure(bytes, chosenThreads());
  const [sparse, dense] = results;
  showOverview(results);
  showLayers(sparse, dense);
  json = JSON.stringify(
    results.map((result) => ({ model: name, ...result })),
    null,
    2,
  );
  element('results').hidden = false;
  copy.disabled = false;
  const times = (dense.ms / sparse.ms).toFixed(2);
  say(
    `${name}: ${sparse.ms.toFixed(2)} ms (median of ${kTurns * kRuns} runs); dense kernels alone ` +
      `${dense.ms.toFixed(2)} ms, ${times} times as long`,
  );
}

/** @param {Measured} results */
function showOverview(results) {
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  /** @type {[string, (result: Measured[number]) => string][]} */
  const facts = [
    ['Median', ({ ms }) => `${ms.toFixed(2)} ms`],
    ['Build', ({ variant, threads }) => `${variant}, threads: ${threads}`],
    [
      'Multiply-adds',
      ({ macs }) =>
        `${(macs.nonzero / 1e6).toFixed(1)} of ${(macs.dense / 1e6).toFixed(1)} million`,
    ],
    ['Not with zeros, per second', ({ gmacs }) => `${gmacs.toFixed(1)} · 10⁹`],
    ['Share of the machine’s peak', ({ gmacs, peakGmacs }) => percent(gmacs / peakGmacs)],
    ['Loading', ({ loadMs }) => `${loadMs.toFixed(0)} ms`],
    ['File', ({ fileBytes }) => megabytes(fileBytes)],
    ['Memory', ({ memoryBytes }) => megabytes(memoryBytes)],
  ];
  const rows = facts.map(([name, cell]) => tableRow([name, ...results.map(cell)], [1, 2]));
  element('overview').replaceChildren(...rows);
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(0)} %`;

/** @param {Measured[number]} sparse @param {Measured[number]} dense */
function showLayers(sparse, dense) {
  const longest = Math.max(...[...sparse.layers, ...dense.layers].map(({ ms }) => ms));
  const rows = sparse.layers.map((layer, i) => {
    const other = dense.layers[i];
    const line = tableRow(
      [
        String(layer.index),
        layerText(layer),
        layer.kernel,
        layer.macs.dense > 0 ? percent(layer.density) : '',
        layer.ms.toFixed(3),
        other.ms.toFixed(3),
      ],
      [0, 3, 4, 5],
    );
    const bars = line.insertCell();
    bars.className = 'bars';
    for (const [kind, { ms }] of /** @type {const} */ ([
      ['sparse', layer],
      ['dense', other],
    ])) {
      const bar = document.createElement('span');
      bar.className = kind;
      bar.style.inlineSize = `${(100 * ms) / longest}%`;
      bars.append(bar);
    }
    return line;
  });
  element('layers').replaceChildren(...rows);
}

/** @param {Blob} blob @param {string} name */
async function benchBlob(blob, name) {
  await bench(new Uint8Array(await blob.arrayBuffer()), name);
}

options.addEventListener('submit', (event) => {
  event.preventDefault();
  const { model: name } = choices();
  attempt(async () => {
    const response = await fetch(`models/${name}.tflite`);
    if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
    await benchBlob(await response.blob(), name);
  });
});
onFile((file) => benchBlob(file, file.name));
copy.addEventListener('click', () =>
  attempt(async () => {
    await navigator.clipboard.writeText(json);
    say('Copied.');
  }),
);
